// Deletes the files of a folder, after a person has said yes. The folder: CACHE_FOLDER, or ./cache.
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AgentClient, Cancelled } from 'widget-agents';

const client = AgentClient.fromEnv();
const folder = process.env.CACHE_FOLDER ?? 'cache';

client.onMessage(async (message, agent) => {
  if (message.widgetResponse) return; // of a question that an earlier run asked: nobody waits for it any more
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name).sort();
  if (files.length === 0) {
    await agent.reply(message, `There is nothing to delete in ${basename(folder)}.`);
    return;
  }
  const question = {
    ...message.place,
    id: 'confirm-delete-cache',
    title: `Delete ${files.length} files?`,
    body: files.join('\n'),
    danger: true,
    labels: { yes: 'Delete', no: 'Keep files' },
  };
  const yes = await agent.askConfirm(question).catch((error) => {
    if (error instanceof Cancelled) return false;
    throw error;
  });
  if (!yes) {
    await agent.reply(message, 'Nothing was deleted.');
    return;
  }
  for (const file of files) await rm(join(folder, file), { force: true }); // this handler may run a second time
  await agent.reply(message, `Deleted ${files.length} files.`);
});

await client.connect();
