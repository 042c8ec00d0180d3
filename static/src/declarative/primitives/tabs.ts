/** Primitive `tabs`: a bar of tabs, and what the chosen one holds. */
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../i18n.ts';
import { toText, truthy } from '../expressions/values.ts';
import { REVEAL } from '../field.ts';
import { Primitive, iconOf } from '../primitive.ts';
import { definePrimitive, renderNodes } from '../registry.ts';
import { placeAfterKey } from '../roving.ts';
import { styles } from '../styles.ts';
import { isRecord } from '../tree.ts';

type Name = 'tabs' | 'selected' | 'orientation' | 'gap' | 'on_change';

interface Tab {
  id: string;
  title: string;
  icon: string;
  badge: string;
  disabled: boolean;
  children: unknown;
}

class TabsElement extends Primitive<Name> {
  #chosen: string | undefined;
  /** What the tree last said; only another word of it overrules the person. */
  #given: string | undefined;
  /** Tabs that have been shown: what they hold stays, so that nothing in it is lost. */
  readonly #opened = new Set<string>();
  #sizes: ResizeObserver | undefined;

  constructor() {
    super();
    this.addEventListener(REVEAL, (event) => this.#reveal(event));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#watchSize();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    this.#watchSize();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#measure();
  }

  protected override show(): unknown {
    const tabs = this.#tabs();
    const current = this.#current(tabs);
    if (!current) return nothing;
    this.#opened.add(current.id);
    const vertical = this.word('orientation', ['horizontal', 'vertical']) === 'vertical';
    return html`<div class="tabs" data-orientation=${vertical ? 'vertical' : 'horizontal'}>
      <div class="tabs-bar">
        ${this.#arrow('chevron_left', -1)}
        <div class="tabs-list" role="tablist" aria-label=${this.label(t('Tabs'))} aria-orientation=${vertical ? 'vertical' : nothing}
            @keydown=${(event: KeyboardEvent) => this.#key(event, vertical)} @scroll=${() => this.#measure()}>
          ${repeat(tabs, ({ id }) => id, (tab) => this.#tab(tab, tab === current))}
        </div>
        ${this.#arrow('chevron_right', 1)}
      </div>
      ${repeat(tabs, ({ id }) => id, (tab) => this.#panel(tab, tab === current))}
    </div>`;
  }

  #tabs(): Tab[] {
    const tabs = this.node['tabs'];
    const word = (value: unknown): string => toText(this.evaluated(value));
    return (Array.isArray(tabs) ? tabs : [])
      .filter(isRecord)
      .filter(({ visible_if: visible }) => visible === undefined || truthy(this.evaluated(visible)))
      .map(({ id, title, icon, badge, disabled, children }, index) => ({
        id: toText(id) || String(index),
        title: word(title) || toText(id),
        icon: word(icon),
        badge: word(badge),
        disabled: truthy(this.evaluated(disabled)),
        children,
      }));
  }

  #current(tabs: Tab[]): Tab | undefined {
    const given = this.text('selected');
    if (given !== this.#given) {
      this.#given = given;
      this.#chosen = given || this.#chosen;
    }
    const open = tabs.filter(({ disabled }) => !disabled);
    return open.find(({ id }) => id === this.#chosen) ?? open[0] ?? tabs[0];
  }

  #tab(tab: Tab, current: boolean): TemplateResult {
    return html`<button type="button" class="tab" role="tab" id=${this.#idOf('tab', tab.id)} data-tab=${tab.id}
        aria-selected=${String(current)} aria-controls=${this.#idOf('panel', tab.id)} aria-disabled=${tab.disabled ? 'true' : nothing}
        tabindex=${current ? 0 : -1} @click=${() => !tab.disabled && this.#choose(tab.id)}>
      ${iconOf(tab.icon)}<span class="tab-title">${tab.title}</span> ${tab.badge ? html`<span class="badge" data-tone=${current ? 'accent' : nothing}>${tab.badge}</span>` : nothing}
    </button>`;
  }

  /** In a form every tab is there from the start: its fields count, and so do the faults in them. */
  #panel(tab: Tab, current: boolean): TemplateResult {
    const there = this.#opened.has(tab.id) || this.closest('wm-form') !== null;
    return html`<div class="tab-panel" role="tabpanel" id=${this.#idOf('panel', tab.id)} data-tab=${tab.id}
        aria-labelledby=${this.#idOf('tab', tab.id)} tabindex="0" ?hidden=${!current} ${styles({ gap: `${this.number('gap', 12)}px` })}>
      ${there ? renderNodes(tab.children, this.scope) : nothing}
    </div>`;
  }

  #idOf(part: string, id: string): string {
    return `${this.uid}-${part}-${id}`;
  }

  /** For the mouse; the keyboard has the arrow keys, and touch slides. */
  #arrow(icon: string, way: number): TemplateResult {
    const slide = (): void => this.#list?.scrollBy({ left: way * this.#list.clientWidth * 0.7 });
    return html`<button type="button" class="tabs-arrow icon-button" data-size="small" data-way=${way} tabindex="-1" aria-hidden="true" hidden @click=${slide}>
      <wa-icon name=${icon}></wa-icon>
    </button>`;
  }

  #choose(id: string): void {
    const before = this.querySelector(':scope > .tabs > .tab-panel:not([hidden])')?.getAttribute('data-tab');
    this.#chosen = id;
    this.requestUpdate();
    if (before === id) return;
    void this.updateComplete.then(() => this.#showTab(id));
    void this.act(this.node['on_change'], { value: { value: id } });
  }

  #key(event: KeyboardEvent, vertical: boolean): void {
    const buttons = [...(this.#list?.querySelectorAll<HTMLElement>(':scope > .tab:not([aria-disabled])') ?? [])];
    const place = placeAfterKey(event, buttons.indexOf(document.activeElement as HTMLElement), buttons.length, vertical ? 'both' : 'horizontal');
    const next = place === undefined ? undefined : buttons[place];
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    this.#choose(next.dataset['tab']!);
  }

  /** What is about to take the focus must not be in a hidden panel. */
  #reveal(event: Event): void {
    const panel = (event.target as Element).closest<HTMLElement>('.tab-panel');
    if (!panel?.hidden || panel.closest('wm-tabs') !== this) return;
    this.#chosen = panel.dataset['tab'];
    this.requestUpdate();
    this.performUpdate();
  }

  get #list(): HTMLElement | null {
    return this.querySelector<HTMLElement>(':scope > .tabs > .tabs-bar > .tabs-list');
  }

  /** Slides the bar, and nothing else, until the tab is in view. */
  #showTab(id: string): void {
    const list = this.#list;
    const tab = list?.querySelector<HTMLElement>(`:scope > [data-tab="${CSS.escape(id)}"]`);
    if (!list || !tab) return;
    const [frame, box] = [list.getBoundingClientRect(), tab.getBoundingClientRect()];
    if (box.left < frame.left) list.scrollBy({ left: box.left - frame.left - 32 });
    else if (box.right > frame.right) list.scrollBy({ left: box.right - frame.right + 32 });
  }

  #watchSize(): void {
    if (!this.#list) return;
    this.#sizes ??= new ResizeObserver(() => requestAnimationFrame(() => this.#measure()));
    this.#sizes.observe(this.#list);
  }

  /** Shows the arrows that lead to more tabs. */
  #measure(): void {
    const list = this.#list;
    if (!list) return;
    const hidden = list.scrollWidth - list.clientWidth;
    const passed = Math.abs(list.scrollLeft);
    const arrows = this.querySelectorAll<HTMLElement>(':scope > .tabs > .tabs-bar > .tabs-arrow');
    arrows[0]!.hidden = passed < 1;
    arrows[1]!.hidden = hidden - passed < 1;
  }
}

definePrimitive({ type: 'tabs', properties: ['tabs', 'selected', 'orientation', 'gap', 'on_change'], element: TabsElement });
