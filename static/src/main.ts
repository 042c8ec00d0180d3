/** Entry of every page: theme, icons, shell. Pages bring their own entry (pages/<page>/index.ts). */
import './theme/theme.css';
import './theme/icons.ts';
import { startChat } from './chat/start.ts';
import { live } from './live/client.ts';
import './shell/bell.ts';
import { launcherEntries } from './panels/launcher.ts';
import { addPaletteSource } from './shell/palette.ts';
import { showConnection, startShell } from './shell/shell.ts';
import { widgetEntries } from './shell/widgets.ts';

startShell();
if (document.body.dataset['signedIn'] !== undefined) {
  showConnection(live());
  startChat();
  addPaletteSource(launcherEntries);
  addPaletteSource(widgetEntries);
}
