/** Panels: a widget with a script of its own in `<panel-view>`: its frame, which is fetched with the first of them. */
import { html } from 'lit';
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import { t } from '../i18n.ts';
import type { Panel } from './panel.ts';
import type { SandboxInfo } from './shapes.ts';

/** Pixels: what a widget gets that asks for nothing and where nothing else says how high it is; the bounds of its wishes. */
const HEIGHT = 320;
const LOWEST = 80;
const HIGHEST = 4_000;

type State = 'wanted' | 'here' | 'failed';

let state: State | undefined;
const waiting = new Set<() => void>();

function bring(): void {
  state = 'wanted';
  const done = (next: State): void => {
    state = next;
    for (const tell of waiting) tell();
  };
  // Pages without such widgets do not need it.
  import('../sandbox/frame.ts').then(
    () => done('here'),
    () => done('failed'),
  );
}

export class ScriptFrames implements ReactiveController {
  /** What the widget asked for. */
  #height: number | undefined;
  #hash = '';
  readonly #redraw = (): void => this.host.requestUpdate();

  constructor(readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
    host.addEventListener('sandbox:resize', this.#resize);
  }

  hostConnected(): void {
    waiting.add(this.#redraw);
  }

  hostDisconnected(): void {
    waiting.delete(this.#redraw);
  }

  /** The frame, or what stands in its place until it can be shown. */
  show(panel: Panel, info: SandboxInfo): TemplateResult {
    if (!state) bring();
    if (info.hash !== this.#hash) this.#height = undefined; // another script asks for itself
    this.#hash = info.hash;
    const height = this.#height ?? Math.max(info.preferred_size?.height ?? HEIGHT, info.min_size?.height ?? 0);
    this.host.style.setProperty('--sandbox-height', `${bounded(height)}px`);
    this.host.toggleAttribute('data-resized', this.#height !== undefined);
    if (state === 'failed') return failed();
    return state === 'here'
      ? frame(panel, info)
      : html`<div class="panel-skeleton" role="status" aria-label=${t('Loading')}>
          <span class="skeleton"></span><span class="skeleton"></span>
        </div>`;
  }

  readonly #resize = (event: Event): void => {
    const { height } = (event as CustomEvent<{ width?: number; height?: number }>).detail ?? {};
    if (typeof height !== 'number' || !Number.isFinite(height) || height <= 0) return;
    this.#height = height;
    this.#redraw();
  };
}

function frame(panel: Panel, info: SandboxInfo): TemplateResult {
  const { instance_id: instanceId, workspace_id: workspaceId, title } = panel.view!.panel;
  return html`<sandbox-frame
    .panelId=${panel.panelId}
    .instanceId=${instanceId ?? ''}
    .workspaceId=${workspaceId ?? ''}
    .label=${title}
    .info=${info}
    .config=${info.config ?? panel.config}
    @sandbox:reload=${() => void panel.load()}
  ></sandbox-frame>`;
}

function bounded(height: number): number {
  return Math.round(Math.min(HIGHEST, Math.max(LOWEST, height)));
}

function failed(): TemplateResult {
  const retry = (): void => location.reload(); // a module that could not be had is not asked for again
  return html`<div class="empty panel-note" role="alert">
    <span class="tile" data-tone="error" aria-hidden="true"><wa-icon name="error"></wa-icon></span>
    <div class="empty-title">${t('The page could not load what shows this widget')}</div>
    <button type="button" class="button" data-size="small" @click=${retry}>${t('Load the page again')}</button>
  </div>`;
}
