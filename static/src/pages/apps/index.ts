/** Apps: the entry of both pages, the list and the workspace of one. */
import '../../sessions/index.ts';
import '../../preview/tabs.css';
import './apps.css';
import { AppList } from './list.ts';
import { AppWorkspace } from './workspace.ts';

customElements.define('app-list', AppList);
customElements.define('app-workspace', AppWorkspace);
