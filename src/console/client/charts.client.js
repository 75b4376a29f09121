/** Draws the tables of charts with uPlot (https://github.com/leeoniya/uPlot), in the colours of the theme. */
(() => {
  const { uPlot } = globalThis;
  const numberOf = (text) => (text === undefined ? null : Number(text));
  const none = { show: false };
  const font = "12px system-ui";
  const daySeconds = 86400;

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
      text: of("muted"),
      line: of("line"),
      accent: of("accent"),
      range: of("chart-range"),
      rare: of("elevated"),
      suspect: of("critical"),
      other: of("control"),
      point: of("chart-point"),
    };
  };

  /** The table behind a chart, its rows, and one column of numbers of them. */
  const tableOf = (plot) => plot.closest("figure").querySelector("table");
  const rowsOf = (plot) => [...tableOf(plot).querySelectorAll("tr[data-x]")];
  const column = (rows, name) => rows.map((row) => numberOf(row.dataset[name]));

  const two = (number) => String(number).padStart(2, "0");
  const axisOfTime = (_, splits) => {
    const isLong = splits.at(-1) - splits[0] > 2 * daySeconds;
    return splits.map((seconds) => {
      const at = new Date(seconds * 1000);
      const [left, right] = isLong ? [at.getMonth() + 1, at.getDate()] : [at.getHours(), at.getMinutes()];
      return `${two(left)}${isLong ? "-" : ":"}${two(right)}`;
    });
  };
  const axisOfValues = (plot) => (_, splits) =>
    splits.map((value) =>
      plot.dataset.format === "percent" ? `${Number((value * 100).toFixed(2))} %` : String(value),
    );

  const axes = (c, plot, more = {}) => [
    {
      stroke: c.text,
      grid: none,
      ticks: { stroke: c.line, size: 4 },
      font,
      size: 26,
      space: 60,
      values: axisOfTime,
      ...more.x,
    },
    {
      stroke: c.text,
      grid: { stroke: c.line, width: 1 },
      ticks: none,
      font,
      size: 52,
      values: axisOfValues(plot),
      ...more.y,
    },
  ];
  const dots = (colour, size) => ({ show: true, size, fill: colour, stroke: colour });
  const lineOf = (stroke, more = {}) => ({ stroke, width: 1, points: none, ...more });
  const pointsOf = (colour, size) => ({
    stroke: colour,
    width: 0,
    paths: () => null,
    points: dots(colour, size),
  });

  /** A line upwards at the onset: a bar as high as the chart, a pixel wide. */
  const onsetOf = (plot, xs, top) => {
    const onset = numberOf(tableOf(plot).dataset.onset);
    const place = onset === null ? -1 : xs.findIndex((x) => x >= onset);
    return xs.map((_, index) => (index === place ? top : null));
  };

  const timeline = (plot, c) => {
    const rows = rowsOf(plot);
    const [xs, ys, low, high, median, rare] = ["x", "y", "low", "high", "median", "rare"].map((name) =>
      column(rows, name),
    );
    const isSuspect = (index) => rows[index].dataset.suspect === "1";
    const top = Math.max(...[...ys, ...high, ...rare].filter((value) => value !== null)) * 1.06;
    const honest = ys.map((y, index) => (isSuspect(index) ? null : y));
    const suspect = ys.map((y, index) => (isSuspect(index) ? y : null));
    return {
      data: [xs, low, high, median, rare, onsetOf(plot, xs, top), honest, suspect],
      series: [
        {},
        lineOf(c.range),
        lineOf(c.range),
        lineOf(c.text),
        lineOf(c.rare, { dash: [4, 4] }),
        lineOf(c.suspect, { paths: uPlot.paths.bars({ size: [0, 1, 1] }) }),
        pointsOf(c.point, 6),
        pointsOf(c.suspect, 9),
      ],
      bands: [{ series: [2, 1], fill: c.range }],
      scales: { y: { range: [0, top] } },
      axes: axes(c, plot),
    };
  };

  const steps = (plot, c) => {
    const rows = rowsOf(plot);
    const ys = column(rows, "y");
    const xs = column(rows, "x");
    // The last score holds until now.
    const now = Math.max(Date.now() / 1000, (xs.at(-1) ?? 0) + 60);
    const path = uPlot.paths.stepped({ align: 1 });
    return {
      data: [
        [...xs, now],
        [...ys, ys.at(-1) ?? null],
      ],
      series: [{}, { stroke: c.accent, width: 2, paths: path, points: dots(c.accent, 5) }],
      scales: { y: { range: [0, 100] } },
      // The bands' edges.
      axes: axes(c, plot, { y: { splits: [0, 40, 70, 90, 100] } }),
    };
  };

  const bars = (plot, c) => {
    const rows = rowsOf(plot);
    const [xs, ys] = [column(rows, "x"), column(rows, "y")];
    const most = (Math.max(...ys) || 1) * 1.05;
    const width = xs.length > 1 ? xs[1] - xs[0] : 1;
    const within = (name) =>
      rows.map((row, place) => ((row.dataset.range ?? "") === name ? ys[place] : null));
    const ticks = new Map(rows.map((row) => [Number(row.dataset.x), row.dataset.tick]));
    const isTicked = rows.some((row) => row.dataset.tick !== undefined);
    const tickOf = (x) => (isTicked ? (ticks.get(x) ?? "") : String(x));
    // One player among thousands would be no pixel high: the mark is as high as the chart.
    const here = rows.map((row) => (row.dataset.here === "1" ? most : null));
    const bar = (fill, size) => ({
      width: 0,
      fill,
      points: none,
      paths: uPlot.paths.bars({ size, align: 1 }),
    });
    return {
      data: [xs, here, within(""), within("outside"), within("rare")],
      series: [
        {},
        bar(c.suspect, [0.14, 6]),
        ...[c.accent, c.other, c.suspect].map((fill) => bar(fill, [0.86, 60])),
      ],
      scales: { x: { time: false, range: [xs[0], xs.at(-1) + width] }, y: { range: [0, most] } },
      axes: axes(c, plot, { x: { values: (_, splits) => splits.map(tickOf), incrs: [1, 2, 5, 10, 20, 50] } }),
    };
  };

  const compact = new Intl.NumberFormat("en", { notation: "compact" });
  /** Days are UTC whatever the viewer's zone: the table counts them so. */
  const axisOfDays = (_, splits) =>
    splits.map((day) => new Date(day * daySeconds * 1000).toISOString().slice(5, 10));

  const days = (plot, c) => {
    const rows = rowsOf(plot);
    const [xs, ys] = [column(rows, "x"), column(rows, "y")];
    const most = Math.max(4, ...ys) * 1.05;
    const paths = uPlot.paths.bars({ size: [0.7, 40] });
    return {
      data: [xs, ys],
      series: [{}, { width: 0, fill: c.accent, points: none, paths }],
      scales: { x: { time: false, range: [xs[0] - 0.6, xs.at(-1) + 0.6] }, y: { range: [0, most] } },
      axes: axes(c, plot, {
        x: { values: axisOfDays, incrs: [1, 2, 7, 14] },
        y: { values: (_, splits) => splits.map((value) => compact.format(value)), incrs: wholeSteps },
      }),
    };
  };
  /** Nothing is counted in halves. */
  const wholeSteps = Array.from({ length: 30 }, (_, n) => [1, 2, 5][n % 3] * 10 ** Math.floor(n / 3));

  const kinds = { timeline, steps, bars, days };

  /** Says what the table says of the row that is pointed at. */
  const readout = (plot, rows) => {
    const heads = [...tableOf(plot).querySelectorAll("thead th")].map((head) => head.textContent);
    const line = plot.querySelector(".readout");
    return (chart) => {
      const row = chart.cursor.idx === null ? undefined : rows[chart.cursor.idx];
      const cells = row === undefined ? [] : [...row.cells].map((cell) => cell.textContent.trim());
      const parts = cells.map((text, index) =>
        index === 0 ? text : `${heads[index].toLowerCase()} ${text}`,
      );
      line.textContent = parts.filter((text) => !/ –?$/.test(text)).join(" · ");
    };
  };

  const sizeOf = (plot) => ({ width: plot.clientWidth, height: plot.clientHeight - 24 });

  const draw = (plot) => {
    const rows = rowsOf(plot);
    if (rows.length === 0) return undefined;
    const { data, ...options } = kinds[plot.dataset.chart](plot, colours());
    const line = document.createElement("p");
    line.className = "readout";
    plot.replaceChildren(line);
    const canvas = document.createElement("div");
    plot.prepend(canvas);
    const more = {
      legend: none,
      padding: [8, 8, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      hooks: { setCursor: [readout(plot, rows)] },
    };
    return new uPlot({ ...options, ...more, ...sizeOf(plot) }, data, canvas);
  };

  const plots = [...document.querySelectorAll("[data-chart]")].map((plot) => ({ plot, chart: draw(plot) }));
  for (const known of plots) {
    new ResizeObserver(() => {
      const size = sizeOf(known.plot);
      if (known.chart && known.chart.width !== size.width) known.chart.setSize(size);
    }).observe(known.plot);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const known of plots) {
      known.chart?.destroy();
      known.chart = draw(known.plot);
    }
  });
})();
