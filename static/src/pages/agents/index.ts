/** Agents: the page's entry. */
import { AgentList } from './list.ts';
import './agents.css';

if (!customElements.get('agent-list')) customElements.define('agent-list', AgentList);
