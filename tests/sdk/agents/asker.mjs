// An agent of the JavaScript SDK that asks what it is told to ask, `ask <kind>`, and says the answer.
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentClient, Cancelled, Expired, Refused } from 'widget-agents';

const client = AgentClient.fromEnv();
const options = [
  { id: 'pdf', label: 'PDF' },
  { id: 'md', label: 'Markdown' },
];
const fields = [
  { name: 'version', label: 'Version', type: 'text', required: true },
  { name: 'priority', label: 'Priority', type: 'number', min: 1, max: 5 },
  { name: 'announce', label: 'Announce in chat', type: 'checkbox' },
];
const scopes = ['once', 'session'];

const ASK = {
  confirm: (agent, place) => agent.askConfirm({ ...place, title: 'Delete?', danger: true, labels: { yes: 'Delete' } }),
  choice: (agent, place) => agent.askChoice({ ...place, title: 'Format?', options }),
  choices: (agent, place) => agent.askChoice({ ...place, title: 'Formats?', options, multi: true }),
  permission: async (agent, place) => {
    const { granted, scope = null } = await agent.askPermission({ ...place, title: 'Read ./docs?', scopes });
    return [granted, scope];
  },
  form: (agent, place) => agent.askForm({ ...place, title: 'Release', fields, submitLabel: 'Start' }),
  datetime: (agent, place) => agent.askDateTime({ ...place, title: 'When?', mode: 'date', min: '2026-05-23' }),
  'file-picker': async (agent, place) => {
    const question = { ...place, title: 'Brief?', multiple: true, accept: ['text/plain'], maxFiles: 3 };
    const files = await agent.askFilePicker(question);
    return Promise.all(
      files.map(async (file) => [file.name, file.mime, file.size, new TextDecoder().decode(await file.download())]),
    );
  },
  progress: (agent, place) =>
    agent.progress({ ...place, title: 'Working', value: 0, cancellable: true }, async (progress) => {
      for (let value = 0; value < 99; value += 0.01) {
        await progress.update({ value });
        await sleep(10);
      }
      return 'nobody cancelled it';
    }),
  badly: (agent, place) => agent.askChoice({ ...place, title: 'Format?', options: [options[0], { label: 'no id' }] }),
  briefly: (agent, place) => agent.askConfirm({ ...place, title: 'Now?', timeout: 200 }),
};

async function ask(message, agent) {
  try {
    return await ASK[message.text.replace('ask ', '')](agent, message.place);
  } catch (error) {
    if (error instanceof Refused) return [error.code, error.path];
    if (error instanceof Cancelled) return 'cancelled';
    if (error instanceof Expired) return 'expired';
    throw error;
  }
}

client.onMessage(async (message, agent) => agent.reply(message, `= ${JSON.stringify(await ask(message, agent))}`));

await client.connect();
