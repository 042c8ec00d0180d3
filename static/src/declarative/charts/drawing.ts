/** Charts: ECharts with only the parts that our kinds need; fetched with the first chart. */
import { BarChart, GaugeChart, LineChart, PieChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, LegendScrollComponent, TitleComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsType } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { paletteOf } from './colours.ts';
import type { Figure } from './figures.ts';
import { optionsOf } from './options.ts';

use([BarChart, LineChart, PieChart, ScatterChart, GaugeChart, GridComponent, LegendComponent, LegendScrollComponent, TitleComponent, TooltipComponent, LabelLayout, CanvasRenderer]);

/** One chart in one box: follows the box's size and the page's theme until it is ended. */
export class Drawing {
  readonly #chart: EChartsType;
  readonly #resized = new ResizeObserver(() => this.#resize());
  readonly #themed = new MutationObserver(() => this.#draw());
  #figure: Figure | undefined;

  constructor(readonly box: HTMLElement) {
    this.#chart = init(box, null, { renderer: 'canvas' });
    this.#resized.observe(box);
    this.#themed.observe(document.documentElement, { attributeFilter: ['data-theme'], subtree: true }); // a preview may have a theme of its own
  }

  /** Shows a figure; what stays the same moves to its new place. */
  show(figure: Figure): void {
    this.#figure = figure;
    this.#draw();
  }

  end(): void {
    this.#resized.disconnect();
    this.#themed.disconnect();
    this.#chart.dispose();
  }

  #draw(): void {
    if (!this.#figure) return;
    const parts = { replaceMerge: ['series', 'xAxis', 'yAxis', 'grid'] };
    this.#chart.setOption(optionsOf(this.#figure, paletteOf(this.box), this.box.clientWidth), parts);
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.box;
    if (clientWidth === 0 || (clientWidth === this.#chart.getWidth() && clientHeight === this.#chart.getHeight())) return;
    this.#chart.resize();
    this.#draw();
  }
}
