/** Colours, light and dark. Text on its background is at 4.5:1 or more; test/browser measures it. */
export const colours = `
:root {
  color-scheme: light dark;
  --page: #f7f7f8;
  --surface: #ffffff;
  --sunken: #f1f2f4;
  --text: #1b1d22;
  --muted: #5b616e;
  --line: #e1e3e8;
  --control: #858b98;
  --accent: #2a54c8;
  --on-accent: #ffffff;
  --critical: #a3123a; --critical-soft: #fdecef;
  --suspicious: #96400f; --suspicious-soft: #fdf0e6;
  --elevated: #725000; --elevated-soft: #fbf3d9;
  --low: #33604a; --low-soft: #e8f3ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121317;
    --surface: #1a1c21;
    --sunken: #22252b;
    --text: #e8e9ed;
    --muted: #a2a8b5;
    --line: #2e3138;
    --control: #7c8391;
    --accent: #9ab6ff;
    --on-accent: #10131c;
    --critical: #ff9fae; --critical-soft: #3c1d24;
    --suspicious: #ffb684; --suspicious-soft: #3a261b;
    --elevated: #f0d07c; --elevated-soft: #342c18;
    --low: #9ed3b4; --low-soft: #1c2d24;
  }
}`;
