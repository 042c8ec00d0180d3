// Asks for text files and says how long they are; the counts come as a file, too.
import { AgentClient, Cancelled } from 'widget-agents';

const client = AgentClient.fromEnv();

client.onMessage(async (message, agent) => {
  if (message.widgetResponse) return;
  let files = message.attachments;
  if (files.length === 0) {
    try {
      files = await agent.askFilePicker({
        ...message.place,
        id: 'upload-brief',
        title: 'Which files?',
        body: 'Plain text or Markdown.',
        multiple: true,
        accept: ['text/plain', '.md'],
        maxFiles: 3,
      });
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      await agent.reply(message, 'No files, no summary.');
      return;
    }
  }
  const lines = [];
  for (const file of files) {
    const text = new TextDecoder().decode(await file.download());
    const words = text.split(/\s+/).filter((word) => word !== '');
    lines.push(`${file.name}: ${words.length} words`);
  }
  const summary = lines.join('\n');
  const data = new TextEncoder().encode(summary);
  const attachment = await agent.uploadFile({ name: 'summary.txt', mime: 'text/plain', data });
  await agent.reply(message, summary, [attachment]);
});

await client.connect();
