/** This project's renderer: a widget whose titles are a binding; one path is patched. */
import '../../../static/src/declarative/index.ts';
import type { WidgetElement } from '../../../static/src/declarative/index.ts';
import { BUTTON, HINT, LABEL } from './shapes.ts';
import type { Renderer } from './shapes.ts';

function card(index: number): { type: string; [property: string]: unknown } {
  return {
    type: 'card',
    children: [
      { type: 'text', text: `{{rows.${index}.title}}` },
      { type: 'text', text: HINT, variant: 'caption' },
      { type: 'text_input', name: `note_${index}`, label: LABEL },
      { type: 'button', label: BUTTON, action: { action: 'alert', text: BUTTON } },
    ],
  };
}

export const ours: Renderer = {
  name: 'ours',
  show(host, titles) {
    const widget = document.createElement('wm-widget') as WidgetElement;
    const rows = titles.map((title) => ({ title }));
    widget.definition = { widgetId: 'bench', tree: { type: 'column', children: titles.map((_, index) => card(index)) }, values: { rows } };
    host.append(widget);
    return (index, title) => widget.patch({ [`data.rows.${index}.title`]: title });
  },
};
