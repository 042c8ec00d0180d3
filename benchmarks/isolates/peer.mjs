// The peer: isolated-vm in one Node process, a fresh isolate for each run, lines of JSON on a Unix socket.
// It does what a server would: JSON text only across the boundary, host calls awaited, 64 MB, 30 s.
import { createServer } from 'node:net';
import ivm from 'isolated-vm';

const SETUP = `
const context = {};
function start(text, methods) {
  for (const name of methods) context[name] = async (...given) => JSON.parse(
    await ask.apply(undefined, [name, JSON.stringify(given)], { result: { promise: true, copy: true } }));
  return module.exports.handler(JSON.parse(text), context).then((value) => JSON.stringify(value ?? null));
}`;

async function run({ code, input, methods }, ask) {
  const isolate = new ivm.Isolate({ memoryLimit: 64 });
  try {
    const context = await isolate.createContext();
    await context.global.set('ask', new ivm.Reference(ask));
    await context.eval(`const module = { exports: {} };\n${SETUP}`);
    await context.eval(code, { timeout: 30000 });
    return await context.evalClosure('return start($0, $1)', [JSON.stringify(input), methods], {
      timeout: 30000, arguments: { copy: true }, result: { promise: true, copy: true },
    });
  } finally {
    isolate.dispose();
  }
}

createServer((socket) => {
  let held = '';
  let last = 0;
  const asked = new Map();
  const ask = (method, parameters) => new Promise((resolve) => {
    asked.set(++last, resolve);
    socket.write(`${JSON.stringify({ call: last, method, parameters })}\n`);
  });
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    held += data;
    const lines = held.split('\n');
    held = lines.pop();
    for (const line of lines) {
      const frame = JSON.parse(line);
      if (frame.answer) {
        asked.get(frame.answer)(frame.value);
        asked.delete(frame.answer);
      } else {
        run(frame, ask).then((result) => socket.write(`${JSON.stringify({ result })}\n`),
          (error) => socket.write(`${JSON.stringify({ error: String(error) })}\n`));
      }
    }
  });
}).listen(process.argv[2], () => console.log('ready'));
