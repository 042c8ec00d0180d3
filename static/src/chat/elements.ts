/** Chat: the names of its elements. */
import { AgentWidget } from './agent_widget.ts';
import { ChatComposer } from './composer.ts';
import { ChatEmpty } from './empty.ts';
import { ChatHistory } from './history.ts';
import { ChatMessage } from './message.ts';
import { ChatProvider } from './provider.ts';
import { ChatText } from './text.ts';
import { ChatThread } from './thread.ts';
import { ChatWhy } from './why.ts';

const elements: Record<string, CustomElementConstructor> = {
  'agent-widget': AgentWidget,
  'chat-text': ChatText,
  'chat-why': ChatWhy,
  'chat-message': ChatMessage,
  'chat-thread': ChatThread,
  'chat-composer': ChatComposer,
  'chat-history': ChatHistory,
  'chat-empty': ChatEmpty,
  'chat-provider': ChatProvider,
};
for (const [name, element] of Object.entries(elements)) if (!customElements.get(name)) customElements.define(name, element);
