/** Playground: the page's entry. */
import '../../preview/zone_preview.ts';
import { DraftEditor } from './editor.ts';
import { Playground } from './element.ts';
import './playground.css';

customElements.define('draft-editor', DraftEditor);
customElements.define('play-ground', Playground);
