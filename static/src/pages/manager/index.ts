/** Manager: the page's entry. */
import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import '@awesome.me/webawesome/dist/components/tooltip/tooltip.js';
import { AskInPlace } from './asking.ts';
import { ManagerInstall } from './install.ts';
import { ManagerList } from './list.ts';
import './manager.css';
import { ManagerPlace } from './place.ts';
import { BuiltinRowElement, ManagerRow } from './row.ts';
import { ScriptProblem } from './script.ts';
import { ManagerSettings } from './settings.ts';
import { ManagerZones } from './zones.ts';
import '../../preview/tabs.css';

customElements.define('ask-in-place', AskInPlace);
customElements.define('manager-install', ManagerInstall);
customElements.define('script-problem', ScriptProblem);
customElements.define('manager-row', ManagerRow);
customElements.define('builtin-row', BuiltinRowElement);
customElements.define('manager-place', ManagerPlace);
customElements.define('manager-zones', ManagerZones);
customElements.define('manager-settings', ManagerSettings);
customElements.define('manager-list', ManagerList);
