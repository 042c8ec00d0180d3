/**
 * Sandbox: the script at the beginning of a plugin's page. It makes `window.PIE` before anything of the author's runs,
 * and leaves nothing else behind in the document.
 */
import { tellOfForms } from './forms.ts';
import { openLink, readConfig, wear } from './frame_document.ts';
import { createPieSide } from './pie_side.ts';
import type { Address } from './protocol.ts';

{
  const config = readConfig<Address>();
  const side = createPieSide(
    { channelId: config.channelId, widgetId: config.widgetId },
    { wear, later: (run) => void requestAnimationFrame(run), fail: (error) => reportError(error) },
  );
  // Not protected: it is the author's document, and what is written as `var PIE = window.PIE` is to work.
  Object.defineProperty(window, 'PIE', { value: side.pie, enumerable: true, configurable: true, writable: true });
  tellOfForms(document);
  openLink(config, side, () => side.failed());
  document.getElementById('sandbox-config')?.remove();
  document.currentScript?.remove();
  document.addEventListener('DOMContentLoaded', () => side.loaded());
}
