/** Primitive `split`: two panes with a bar between them that people can move. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { Primitive, px } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { readingKey } from '../roving.ts';
import { styles } from '../styles.ts';

type Name = 'direction' | 'ratio' | 'min' | 'height' | 'resizable' | 'collapsible' | 'collapsed' | 'children';

/** Where people left the bars of nodes with an id, by widget and id, as long as the page is open. */
const left = new Map<string, Place>();
/** Share by which an arrow key moves the bar. */
const STEP = 0.05;
/** Height where panes are one over the other and none is given: there is nothing to share out else. */
const HEIGHT = 400;

/** How the room is shared out: what the person chose, else what the tree says. */
interface Place {
  ratio?: number;
  folded?: boolean;
}

class SplitElement extends Primitive<Name> {
  #place: Place = {};
  #moving = false;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('node')) this.#place = left.get(this.#key()) ?? {};
  }

  protected override show(): unknown {
    const [first, second] = this.nodes('children');
    const upright = this.word('direction', ['horizontal', 'vertical']) === 'vertical';
    const height = this.number('height', upright ? HEIGHT : NaN);
    const fixed = height > 0;
    return html`<div class="split" data-direction=${upright ? 'vertical' : 'horizontal'} ?data-fixed=${fixed} ?data-folded=${this.#folded} ?data-collapsible=${this.flag('collapsible')} ?data-moving=${this.#moving}
        ${styles({ '--ratio': String(this.#ratio), '--min': px(this.number('min', 120)), height: fixed ? px(height) : undefined })}>
      <div class="split-pane" id=${this.uid} tabindex=${fixed ? 0 : nothing}>${first}</div>
      <div class="split-divider">${this.flag('collapsible') ? this.#fold(upright) : nothing}${this.#bar(upright)}</div>
      <div class="split-pane" tabindex=${fixed ? 0 : nothing}>${second}</div>
    </div>`;
  }

  /** Empty where the node cannot be told from others. */
  #key(): string {
    return this.node.id ? [this.scope.mount.widgetId, this.scope.instance, this.node.id].join('\u0000') : '';
  }

  get #ratio(): number {
    return Math.min(1, Math.max(0, this.#place.ratio ?? this.number('ratio', 0.5)));
  }

  get #folded(): boolean {
    return this.#place.folded ?? this.flag('collapsed');
  }

  #bar(upright: boolean): TemplateResult {
    if (!this.flag('resizable', true) || this.#folded) return html`<div class="split-line"></div>`;
    return html`<div class="split-line split-bar" role="separator" tabindex="0" aria-label=${this.label(t('Resize'))}
      aria-orientation=${upright ? 'horizontal' : 'vertical'} aria-controls=${this.uid}
      aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(this.#ratio * 100)}
      @pointerdown=${(event: PointerEvent) => this.#grab(event, upright)} @keydown=${(event: KeyboardEvent) => this.#press(event, upright)}
      @dblclick=${() => this.#move({ ratio: this.number('ratio', 0.5) })}></div>`;
  }

  #fold(upright: boolean): TemplateResult {
    const folded = this.#folded;
    const icon = upright ? (folded ? 'keyboard_arrow_down' : 'keyboard_arrow_up') : folded ? 'chevron_right' : 'chevron_left';
    const label = folded ? t('Show the first pane') : t('Hide the first pane');
    return html`<button type="button" class="split-fold" aria-expanded=${String(!folded)} aria-controls=${this.uid} aria-label=${label} title=${label}
      @click=${() => this.#move({ folded: !folded })}><wa-icon name=${icon} aria-hidden="true"></wa-icon></button>`;
  }

  #press(event: KeyboardEvent, upright: boolean): void {
    const [less, more] = upright ? (['ArrowUp', 'ArrowDown'] as const) : (['ArrowLeft', 'ArrowRight'] as const);
    const steps: Record<string, Place> = {
      [less]: { ratio: this.#ratio - STEP },
      [more]: { ratio: this.#ratio + STEP },
      Home: { ratio: 0 },
      End: { ratio: 1 },
      ...(this.flag('collapsible') ? { Enter: { folded: true } } : {}),
    };
    const place = steps[readingKey(event)];
    if (!place || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#move(place);
  }

  /** The bar follows the pointer until it is let go. */
  #grab(event: PointerEvent, upright: boolean): void {
    if (event.button !== 0) return;
    const bar = event.currentTarget as HTMLElement;
    const follow = ({ clientX, clientY }: PointerEvent): void => this.#move({ ratio: this.#ratioAt(clientX, clientY, upright) });
    const release = (): void => {
      bar.removeEventListener('pointermove', follow);
      this.#moving = false;
      this.requestUpdate();
    };
    bar.setPointerCapture(event.pointerId);
    bar.addEventListener('pointermove', follow);
    bar.addEventListener('lostpointercapture', release, { once: true });
    this.#moving = true;
    this.requestUpdate();
  }

  #ratioAt(x: number, y: number, upright: boolean): number {
    const { box, bar } = this.#measure(upright);
    if (upright) return (y - box.top - bar / 2) / (box.height - bar);
    const start = getComputedStyle(this).direction === 'rtl' ? box.right - x : x - box.left;
    return (start - bar / 2) / (box.width - bar);
  }

  #move({ ratio, folded }: Place): void {
    if (ratio !== undefined) this.#place = { ...this.#place, ratio: this.#within(ratio) };
    if (folded !== undefined) this.#place = { ...this.#place, folded };
    if (this.node.id) left.set(this.#key(), this.#place);
    this.requestUpdate();
  }

  /** The nearest share that leaves both panes their least size. */
  #within(ratio: number): number {
    const upright = this.word('direction', ['horizontal', 'vertical']) === 'vertical';
    const { box, bar } = this.#measure(upright);
    const size = (upright ? box.height : box.width) - bar;
    const least = Math.min(0.5, this.number('min', 120) / Math.max(1, size));
    return Math.min(1 - least, Math.max(least, ratio));
  }

  #measure(upright: boolean): { box: DOMRect; bar: number } {
    const split = this.querySelector<HTMLElement>(':scope > .split')!;
    const bar = split.querySelector(':scope > .split-divider')!.getBoundingClientRect();
    return { box: split.getBoundingClientRect(), bar: upright ? bar.height : bar.width };
  }
}

definePrimitive({
  type: 'split',
  properties: ['direction', 'ratio', 'min', 'height', 'resizable', 'collapsible', 'collapsed', 'children'],
  element: SplitElement,
});
