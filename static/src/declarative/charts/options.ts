/** Charts: a figure in the words of ECharts. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Palette } from './colours.ts';
import { sharesOf, shortly, written } from './figures.ts';
import type { Figure, Series } from './figures.ts';

/** Below this a legend stands under the drawing instead of beside it. Pixels. */
const NARROW = 380;
/** So many places stand apart from the edges, so that the words of the first do not run into the axis. */
const FEW = 12;

/** What the drawing is set to. Parts have ids, so that a change moves what is there instead of drawing it anew. */
export function optionsOf(figure: Figure, palette: Palette, width: number): EChartsCoreOption {
  const round = figure.kind === 'pie' || figure.kind === 'donut';
  return {
    ...base(palette),
    ...(figure.gauge ? gauge(figure, palette) : round ? pie(figure, palette, width < NARROW) : cartesian(figure, palette)),
  };
}

function base(palette: Palette): EChartsCoreOption {
  return {
    animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    animationDuration: 180,
    animationDurationUpdate: 180,
    textStyle: { fontFamily: palette.font, fontSize: 12, color: palette.muted },
  };
}

function tooltip(palette: Palette, more: object): object {
  return {
    renderMode: 'richText', // the other way writes HTML with style attributes, which the page's policy refuses
    confine: true,
    backgroundColor: palette.raised,
    borderColor: palette.line,
    borderRadius: 8,
    padding: [8, 10],
    textStyle: { color: palette.text, fontFamily: palette.font, fontSize: 12 },
    ...more,
  };
}

function legend(palette: Palette, more: object = {}): object {
  return {
    show: true,
    type: 'scroll',
    icon: 'roundRect',
    itemWidth: 10,
    itemHeight: 10,
    itemGap: 14,
    textStyle: { color: palette.text, fontSize: 12 },
    inactiveColor: palette.track,
    pageTextStyle: { color: palette.muted },
    pageIconColor: palette.muted,
    pageIconInactiveColor: palette.track,
    ...more,
  };
}

function cartesian(figure: Figure, palette: Palette): EChartsCoreOption {
  const { axes, around } = figure;
  const top = axes.yLabel ? 30 : 10;
  return {
    legend: figure.legend ? legend(palette, { bottom: 0, left: 'center' }) : { show: false },
    tooltip: tooltip(palette, {
      trigger: figure.kind === 'scatter' ? 'item' : 'axis',
      axisPointer: { type: figure.kind === 'bar' ? 'shadow' : 'line', lineStyle: { color: palette.muted }, shadowStyle: { color: palette.track, opacity: 0.35 } },
      valueFormatter: (value: unknown) => written(numeric(value), axes, around),
    }),
    grid: { id: 'grid', left: 4, right: 12, top, bottom: (figure.legend ? 30 : 4) + (axes.xLabel ? 20 : 0), outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: bottom(figure, palette),
    yAxis: side(figure, palette),
    title: { show: false },
    series: figure.series.map((series, index) => ({ id: `series-${index}`, ...drawn(figure, series, palette.of(series.color, index, series.kind !== 'bar'), palette) })),
  };
}

function bottom(figure: Figure, palette: Palette): object {
  const { positions, timed, axes, around, places } = figure;
  const shared = {
    id: 'bottom',
    name: axes.xLabel,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: palette.muted },
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: { color: palette.muted, hideOverlap: true },
    splitLine: { show: false },
  };
  if (!positions) return { ...shared, type: 'category', data: places, boundaryGap: places.length <= FEW || figure.series.some(({ kind }) => kind === 'bar' || kind === 'scatter') };
  if (timed) return { ...shared, type: 'time' };
  return { ...shared, type: 'value', scale: true, axisLabel: { ...shared.axisLabel, formatter: (value: number) => shortly(value, { format: 'number', currency: '' }, around) } };
}

function side({ axes, around, kind }: Figure, palette: Palette): object {
  return {
    id: 'side',
    type: 'value',
    scale: kind === 'scatter',
    name: axes.yLabel,
    nameLocation: 'end',
    nameGap: 12,
    nameTextStyle: { color: palette.muted, align: 'left' },
    ...(axes.yMin === undefined ? {} : { min: axes.yMin }),
    ...(axes.yMax === undefined ? {} : { max: axes.yMax }),
    axisLabel: { color: palette.muted, formatter: (value: number) => shortly(value, axes, around) },
    splitLine: { lineStyle: { color: palette.line } },
    splitNumber: 4,
  };
}

function drawn({ positions, stacked }: Figure, series: Series, color: string, palette: Palette): object {
  const data = positions ? series.values.map((value, index) => [positions[index], value]) : series.values;
  const shared = { name: series.name, data, color, ...(stacked && series.kind !== 'scatter' ? { stack: 'all' } : {}) };
  if (series.kind === 'bar') return { ...shared, type: 'bar', barMaxWidth: 36, barGap: '15%', itemStyle: { borderRadius: stacked ? 0 : [4, 4, 0, 0] } };
  if (series.kind === 'scatter') return { ...shared, type: 'scatter', symbolSize: 10, itemStyle: { opacity: 1, borderColor: palette.surface, borderWidth: 1 } };
  const few = series.values.length <= 40;
  return {
    ...shared,
    type: 'line',
    symbol: 'circle',
    symbolSize: 6,
    showSymbol: few,
    lineStyle: { width: 2 },
    ...(series.kind === 'area' ? { areaStyle: { opacity: 0.18 } } : {}),
  };
}

function pie(figure: Figure, palette: Palette, narrow: boolean): EChartsCoreOption {
  const { places, series, axes, around, kind } = figure;
  const { values = [], name = '', color = '' } = series[0] ?? {};
  const shares = sharesOf(values);
  const share = (place: string): string => written(shares[places.indexOf(place)], { format: 'percent', currency: '' }, around);
  const center = !figure.legend ? ['50%', '50%'] : narrow ? ['50%', '42%'] : ['32%', '50%'];
  const total = values.reduce<number>((sum, value) => sum + Math.max(0, value ?? 0), 0);
  const beside = narrow ? { bottom: 0, left: 'center' } : { orient: 'vertical', top: 'middle', left: '62%' };
  return {
    legend: figure.legend ? legend(palette, { ...beside, formatter: (place: string) => `${place}  ${share(place)}` }) : { show: false },
    tooltip: tooltip(palette, { trigger: 'item', valueFormatter: (value: unknown) => written(numeric(value), axes, around) }),
    title:
      kind === 'donut'
        ? { show: true, text: shortly(total, axes, around), left: center[0], top: center[1], textAlign: 'center', textVerticalAlign: 'middle', padding: 0, textStyle: { color: palette.text, fontSize: 18, fontWeight: 600, fontFamily: palette.font } }
        : { show: false },
    series: [
      {
        id: 'series-0',
        name,
        type: 'pie',
        animationDuration: 180,
        animationDurationUpdate: 180,
        center,
        radius: narrow && !figure.legend ? (kind === 'donut' ? ['32%', '48%'] : [0, '48%']) : kind === 'donut' ? ['52%', '76%'] : [0, '76%'],
        label: figure.legend ? { show: false } : { color: palette.muted },
        labelLine: { show: !figure.legend },
        itemStyle: { borderColor: palette.surface, borderWidth: 2 },
        data: places.map((place, index) => ({ name: place, value: Math.max(0, values[index] ?? 0), itemStyle: { color: palette.of(index === 0 ? color : '', index) } })),
      },
    ],
  };
}

function gauge({ gauge, axes, around }: Figure, palette: Palette): EChartsCoreOption {
  const { value, min, max, label, color } = gauge!;
  return {
    legend: { show: false },
    tooltip: { show: false },
    title: { show: false },
    series: [
      {
        id: 'series-0',
        type: 'gauge',
        startAngle: 205,
        endAngle: -25,
        center: ['50%', '60%'],
        radius: '98%',
        min,
        max,
        silent: true,
        progress: { show: true, roundCap: true, width: 14, itemStyle: { color: palette.of(color || 'blue', 0) } },
        axisLine: { roundCap: true, lineStyle: { width: 14, color: [[1, palette.track]] } },
        pointer: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { show: false },
        anchor: { show: false },
        title: { show: label !== '', offsetCenter: [0, '28%'], color: palette.muted, fontSize: 12 },
        detail: { offsetCenter: [0, '-4%'], color: palette.text, fontSize: 26, fontWeight: 600, fontFamily: palette.font, formatter: () => written(value, axes, around) },
        data: [{ value: Math.max(min, Math.min(max, value)), name: label }],
      },
    ],
  };
}

/** The value of a point: the last of its coordinates. */
function numeric(value: unknown): number | null {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'number' ? last : null;
}
