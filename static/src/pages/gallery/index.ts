/** Page `gallery`: every primitive and component at once, to look at and to test. */
import { pageActions } from '../../declarative/index.ts';
import type { WidgetElement } from '../../declarative/index.ts';
import { toast } from '../../shell/toasts.ts';
import { samples } from './samples.ts';

const place = document.getElementById('gallery');
for (const { title, definition } of place ? samples() : []) {
  const heading = document.createElement('h2');
  heading.textContent = title;
  const widget = document.createElement('wm-widget') as WidgetElement;
  widget.actionHost = pageActions({
    run: async ({ type, payload }) => ({ action: `${type}_result`, result: { success: true, data: payload } }),
    chat: (message) => void toast(message),
  });
  widget.definition = definition;
  const section = document.createElement('section');
  section.className = 'stack';
  section.append(heading, widget);
  place!.append(section);
}
