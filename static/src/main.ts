/** Entry of every page: theme, icons, shell. Pages bring their own entry (pages/<page>/index.ts). */
import './theme/theme.css';
import './theme/icons.ts';
import { live } from './live/client.ts';
import { showConnection, startShell } from './shell/shell.ts';

startShell();
if (document.body.dataset['signedIn'] !== undefined) showConnection(live());
