/** Sandbox: `<sandbox-frame>`, a widget that runs a script of its own, in a sealed frame. */
import { LitElement, html } from 'lit';
import type { TemplateResult } from 'lit';
import type { SandboxInfo } from '../panels/shapes.ts';

export class SandboxFrame extends LitElement {
  static override properties = {
    panelId: { attribute: false },
    instanceId: { attribute: false },
    info: { attribute: false },
    config: { attribute: false },
    label: { attribute: false },
    workspaceId: { attribute: false },
  };
  declare panelId: string;
  declare instanceId: string;
  /** `view.panel.sandbox`; another `hash` mounts the frame anew. */
  declare info: SandboxInfo | undefined;
  declare config: Record<string, unknown> | undefined;
  /** The place's title, such as "Weather A"; without it the widget's name. */
  declare label: string | undefined;
  /** The dashboard it stands on, for widgets that see its panels. */
  declare workspaceId: string | null | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    return html`<div class="sandbox-stage"></div>`;
  }
}

if (!customElements.get('sandbox-frame')) customElements.define('sandbox-frame', SandboxFrame);

declare global {
  interface HTMLElementTagNameMap {
    'sandbox-frame': SandboxFrame;
  }
}
