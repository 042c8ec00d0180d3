/**
 * Sandbox: the script of the document of a widget with a script. It makes `window.WidgetBridge`, asks the page for a
 * port, and only then runs the widget's own script.
 */
import { openLink, readConfig, wear } from './frame_document.ts';
import { createWidgetSide } from './widget_side.ts';
import type { WidgetConfig } from './widget_side.ts';

interface Config extends WidgetConfig {
  /** The text of the widget's script. */
  script: string;
  /** Names the script in errors and in the browser's tools. */
  slug?: string;
}

{
  const config = readConfig<Config>();
  const side = createWidgetSide(config, (name, detail) => {
    if (detail['colors']) wear(detail);
    dispatchEvent(new CustomEvent(name, { detail }));
  });
  Object.defineProperty(window, 'WidgetBridge', { value: side.bridge, enumerable: true });
  openLink(config, side);

  const script = document.createElement('script');
  script.textContent = `${config.script}\n//# sourceURL=${(config.slug ?? 'widget').replace(/[^\w-]/g, '')}.js`;
  (document.body ?? document.documentElement).append(script);
}
