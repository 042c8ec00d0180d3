// Says again what it was told.
import { AgentClient } from 'widget-agents';

const client = AgentClient.fromEnv();

client.onMessage((message, agent) => agent.reply(message, `You said: ${message.text}`));

await client.connect();
