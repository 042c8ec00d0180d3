/** Primitive `chart`: rows drawn as lines, bars, areas, slices or points; or one value on a gauge. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t, tn } from '../../i18n.ts';
import type { Drawing } from '../charts/drawing.ts';
import { KINDS, placesOf, seriesOf, written } from '../charts/figures.ts';
import type { Axes, Figure, Kind, SeriesRequest } from '../charts/figures.ts';
import { toNumber, toText } from '../expressions/values.ts';
import { Primitive } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';

type Name =
  | 'kind' | 'data' | 'x' | 'series' | 'stacked' | 'axes' | 'legend' | 'title' | 'height' | 'value' | 'min' | 'max' | 'label' | 'color' | 'empty' | 'loading';

/** More rows than this are not read out one by one. */
const MOST_READ = 200;

class ChartElement extends Primitive<Name> {
  #figure: Figure | undefined;
  #drawing: Drawing | undefined;
  #drawn = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end();
  }

  protected override show(): unknown {
    const given = this.prop(this.#kind === 'gauge' ? 'value' : 'data');
    const loading = this.flag('loading', given === undefined && this.bindingState() === 'loading');
    this.#figure = loading ? undefined : this.#read();
    if (!loading && !this.#figure) return this.#nothingThere();
    const title = this.text('title');
    const height = `${this.number('height', 240)}px`;
    return html`<figure class="chart" aria-label=${title ? nothing : this.#name()}>
      ${title ? html`<figcaption class="chart-title">${title}</figcaption>` : nothing}
      <div class="chart-frame" ${styles({ height })}>
        ${this.#figure ? html`<div class="chart-canvas" role="img" aria-label=${this.#name()}></div>` : nothing}
        ${this.#drawn && this.#figure ? nothing : html`<span class="skeleton chart-skeleton" role="status" aria-label=${t('Loading')}></span>`}
      </div>
      ${this.#figure ? this.#table(this.#figure) : nothing}
    </figure>`;
  }

  protected override updated(): void {
    const box = this.querySelector<HTMLElement>('.chart-canvas');
    if (!box || this.#drawing?.box !== box) this.#end();
    if (!box) return;
    if (this.#drawing) this.#drawing.show(this.#figure!);
    else void this.#begin(box);
  }

  /** The parts that draw are fetched now; what the figure is when they are there is drawn. */
  async #begin(box: HTMLElement): Promise<void> {
    const { Drawing } = await import('../charts/drawing.ts');
    if (this.#drawing || !box.isConnected || !this.contains(box) || !this.#figure) return;
    this.#drawing = new Drawing(box);
    this.#drawing.show(this.#figure);
    this.#drawn = true;
    this.requestUpdate();
  }

  #end(): void {
    this.#drawing?.end();
    this.#drawing = undefined;
    this.#drawn = false;
  }

  #nothingThere(): unknown {
    if (this.bindingState() === 'error') return nothing;
    return this.node['empty'] ? this.child(this.node['empty']) : html`<p class="muted">${t('Nothing to draw yet.')}</p>`;
  }

  get #kind(): Kind {
    return this.word('kind', KINDS);
  }

  /** What is to be drawn; undefined where there is nothing. */
  #read(): Figure | undefined {
    const around = this.scope.mount.surroundings();
    const shared = { kind: this.#kind, axes: this.#axes(), stacked: this.flag('stacked'), around };
    if (this.#kind === 'gauge') return { ...shared, places: [], positions: undefined, timed: false, series: [], legend: false, gauge: this.#gauge() };
    const rows = this.prop('data');
    if (!Array.isArray(rows) || rows.length === 0) return undefined;
    const series = seriesOf(rows, this.#requests(), this.#kind);
    const round = this.#kind === 'pie' || this.#kind === 'donut';
    return {
      ...shared,
      ...placesOf(rows, this.text('x'), series.some(({ kind }) => kind === 'bar') ? 'bar' : this.#kind, shared.axes.xFormat, around),
      series,
      legend: this.flag('legend', round || series.length > 1),
      gauge: undefined,
    };
  }

  #requests(): SeriesRequest[] {
    const series = this.prop('series');
    const color = this.text('color');
    return (Array.isArray(series) ? series.filter(isRecord) : []).map((one) => ({
      y: toText(one['y']),
      label: toText(one['label'] ?? one['name']),
      color: toText(one['color']) || color,
      kind: toText(one['kind']),
    }));
  }

  #axes(): Axes {
    const value = this.prop('axes');
    const axes = isRecord(value) ? value : {};
    const format = toText(axes['format']);
    return {
      xLabel: toText(axes['x_label']),
      yLabel: toText(axes['y_label']),
      yMin: toNumber(axes['y_min']),
      yMax: toNumber(axes['y_max']),
      format: format === 'money' || format === 'percent' ? format : 'number',
      currency: toText(axes['currency']),
      xFormat: toText(axes['x_format']) || 'text',
    };
  }

  #gauge(): Figure['gauge'] {
    const [min, max] = [this.number('min', 0), this.number('max', 100)];
    return { value: this.number('value', min), min, max: max > min ? max : min + 1, label: this.text('label'), color: this.text('color') };
  }

  /** For people who cannot see it; the table after it has the values. */
  #name(): string {
    const figure = this.#figure;
    const given = this.label(this.text('title'));
    if (given || !figure) return given || t('Chart');
    if (figure.gauge) return [figure.gauge.label, written(figure.gauge.value, figure.axes, figure.around)].filter(Boolean).join(': ');
    return t('Chart of {names}', { names: figure.series.map(({ name }) => name).join(', ') });
  }

  #table({ places, series, axes, around, gauge }: Figure): TemplateResult | typeof nothing {
    if (gauge) return nothing;
    const left = places.length - MOST_READ;
    const value = (values: (number | null)[], index: number): string => written(values[index], axes, around);
    return html`<div class="visually-hidden"><table>
      <thead><tr><th scope="col">${axes.xLabel || this.text('x')}</th>${series.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${places.slice(0, MOST_READ).map((place, index) => html`<tr><th scope="row">${place}</th>${series.map(({ values }) => html`<td>${value(values, index)}</td>`)}</tr>`)}</tbody>
    </table>${left > 0 ? html`<p>${tn('{count} more row', '{count} more rows', left)}</p>` : nothing}</div>`;
  }
}

definePrimitive({
  type: 'chart',
  properties: ['kind', 'data', 'x', 'series', 'stacked', 'axes', 'legend', 'title', 'height', 'value', 'min', 'max', 'label', 'color', 'empty', 'loading'],
  element: ChartElement,
});
