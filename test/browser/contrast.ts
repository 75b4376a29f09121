/**
 * Runs in the page: every visible text whose colour and background are closer than WCAG AA allows (4.5:1, and 3:1
 * from 24 px or bold 18.66 px). A string, as the types of the page's world are not those of this project.
 */
export const findFaintText = `(() => {
  const channels = (css) => css.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const backgroundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!own || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const pair = [luminance(channels(style.color)), luminance(backgroundOf(element))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(element.textContent.slice(0, 40) + " " + ratio.toFixed(2));
  }
  return faint;
})()`;

/** Runs in the page: how far it can be scrolled sideways, in px. */
export const sidewaysOverflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
