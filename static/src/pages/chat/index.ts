/** Chat: the page's entry. */
import { startChat } from '../../chat/start.ts';
import { ChatPage } from './page.ts';
import './page.css';

startChat();
customElements.define('chat-page', ChatPage);
