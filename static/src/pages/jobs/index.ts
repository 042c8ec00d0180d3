/** Jobs: the page's entry. */
import { JobList } from './list.ts';
import '../runs/runs.css';
import './jobs.css';

customElements.define('job-list', JobList);
