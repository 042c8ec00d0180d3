/** Runs: the entry of a plugin's run log. */
import { RunLog } from './log.ts';
import './runs.css';

customElements.define('run-log', RunLog);
