// Asks what to release, then shows how far it is; the person may cancel. STEP_SECONDS: how long a step takes.
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentClient, Cancelled } from 'widget-agents';

const client = AgentClient.fromEnv();
const seconds = Number(process.env.STEP_SECONDS ?? 2);
const STEPS = ['Installing', 'Running tests', 'Building'];

client.onMessage(async (message, agent) => {
  if (message.widgetResponse) return;
  try {
    const release = await agent.askForm({
      ...message.place,
      id: 'release-form',
      title: 'Release details',
      body: 'Fill this before the release starts.',
      submitLabel: 'Start release',
      fields: [
        { name: 'version', label: 'Version', type: 'text', required: true, pattern: '\\d+\\.\\d+\\.\\d+' },
        { name: 'priority', label: 'Priority', type: 'number', min: 1, max: 5 },
        { name: 'notes', label: 'Notes', type: 'textarea' },
        { name: 'announce', label: 'Announce in chat', type: 'checkbox' },
      ],
    });
    const widget = {
      ...message.place,
      id: 'release-progress',
      title: `Releasing ${release.version}`,
      value: 0,
      max: STEPS.length,
      cancellable: true,
    };
    await agent.progress(widget, async (progress) => {
      for (const [value, body] of STEPS.entries()) {
        await progress.update({ value, body });
        await sleep(seconds * 1000);
      }
      await progress.update({ value: STEPS.length, body: 'Done' });
    });
    const announcement = release.announce ? ' Everybody, it is out!' : '';
    await agent.reply(message, `Released ${release.version}.${announcement}`);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    await agent.reply(message, 'The release was cancelled.');
  }
});

await client.connect();
