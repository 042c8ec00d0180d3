// The way in and out. The value of the whole prelude is the port; its accessors never throw.
// In: JSON lines; nothing means that a timer may be due. Out: a line `run WAIT` or `end`, then JSON lines (sessions.py).
let limits = { calls: 0, in_flight: 0, payload: 0, output: 0, log_lines: 100, log_bytes: 10000 };
let said = '';
let ended = false;
let begun = false;
let load = null;
let calls = 0;
let waiting = 0;
const pending = create(null);

/** Put one frame out. */
const say = (function say(line) { if (!ended) said += `${line}\n`; });

const end = (function end(line) {
  if (ended) return;
  say(line);
  ended = true;
});

/** A text of what a handler threw, whatever that is. Getters of it run here, inside the wall clock. */
function described(read) {
  try {
    const text = read();
    return typeof text === 'string' ? text.slice(0, 8192) : '';
  } catch {
    return '';
  }
}

/** End the run with an error. */
function fail(error) {
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
  const code = isObject ? codeOf(error) : undefined;
  const name = isObject ? described(() => error.name) : '';
  const message = isObject ? described(() => error.message) || described(() => stringify(error) ?? '') : described(() => String(error));
  const stack = isObject ? described(() => error.stack) : '';
  end(`{"type":"error","code":${stringify(code ?? 'HANDLER_ERROR')},"name":${stringify(name)},"message":${stringify(message)},"stack":${stringify(stack)}}`);
}

const succeed = (function succeed(value) {
  const text = stringify(value) ?? 'null';
  if (text.length > limits.output) throw refusal('TOO_LARGE', `The result is larger than ${limits.output} characters.`);
  end(`{"type":"result","value":${text}}`);
});

/** Ask the server; a promise of its answer. */
const call = (function call(method, parameters) {
  return new Promise((resolve, reject) => {
    if (calls >= limits.calls) throw refusal('TOO_MANY_CALLS', `A run may make ${limits.calls} calls of context.`);
    if (waiting >= limits.in_flight) throw refusal('TOO_MANY_CALLS', `At most ${limits.in_flight} calls of context at once.`);
    const text = stringify(parameters);
    if (text.length > limits.payload) throw refusal('TOO_LARGE', `What context.${method} was given is larger than ${limits.payload} characters.`);
    calls += 1;
    waiting += 1;
    pending[calls] = { resolve, reject };
    say(`{"type":"call","id":${calls},"method":${stringify(method)},"parameters":${text}}`);
  });
});

const answer = (function answer({ id, value, error, moment }) {
  if (moment !== undefined) usual.reach(moment);
  const asked = pending[id];
  if (!asked) return;
  delete pending[id];
  waiting -= 1;
  if (!error) return asked.resolve(value);
  const made = new NativeError(error.message);
  made.code = error.code;
  return asked.reject(made);
});

/** Something that is not there: reading its properties throws, so that nobody takes `undefined` for an answer. */
function absentee(message) {
  const refuse = () => {
    const error = new NativeError(message);
    error.code = 'NOT_AVAILABLE';
    throw error;
  };
  // What is looked up on any object that is awaited, shown or written as JSON is no use of it.
  const get = (_, key) => (typeof key === 'symbol' || key === 'then' || key === 'toJSON' ? undefined : refuse());
  return new NativeProxy({}, { get, set: refuse, has: refuse, deleteProperty: refuse, defineProperty: refuse });
}

/** `context`: values as they are, and a function for each method; a dot in its name makes an object of its own. */
const contextOf = (function contextOf(values, methods, absent) {
  const context = { ...values };
  for (const name of Object.keys(absent)) context[name] = absentee(absent[name]);
  for (const method of methods) {
    const path = method.split('.');
    const name = path.pop();
    let place = context;
    for (const part of path) place = place[part] ??= {};
    place[name] = (...parameters) => call(method, parameters);
  }
  return context;
});

const begin = (async function begin({ input, entry, values, methods, absent, steady }) {
  if (steady) {
    seed = steady.seed;
    openUsual().steadily(steady);
  }
  const module = { exports: {} };
  load.call(module.exports, module, module.exports);
  const handler = module.exports[entry];
  if (typeof handler !== 'function') throw new TypeError(`The code exports no function ${entry}.`);
  succeed(await handler(input, contextOf(values, methods, absent ?? {})));
});

const receive = (function receive(line) {
  if (line === '') return usual?.runTimer();
  const frame = parse(line);
  if (frame.type === 'answer') return answer(frame);
  begun = true;
  began = clock();
  limits = frame.limits;
  return begin(frame).catch(fail);
});

const IDLE = new NativeError('The handler never finished: nothing is left that could settle what it waits for.');
IDLE.stack = '';

// The code of a handler is given to this function, which is gone before any of it runs.
defineProperty(globalThis, '__load', {
  configurable: true,
  value(code) { delete globalThis.__load; load = code; },
});
// What these would settle arrives outside of a turn, where nobody looks.
delete Atomics.waitAsync;
if (typeof WebAssembly === 'object') {
  const { Module, Instance } = WebAssembly;
  WebAssembly.compile = async (source) => new Module(source);
  WebAssembly.instantiate = async (source, imports) => {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new Module(source);
    return { module, instance: new Instance(module, imports) };
  };
  delete WebAssembly.compileStreaming;
  delete WebAssembly.instantiateStreaming;
}

return {
  set parts(text) { parts = text; },
  set in(text) {
    try {
      receive(text);
    } catch (error) {
      fail(error);
    }
  },
  get out() {
    const hasTimers = usual !== null && usual.waits();
    if (begun && !ended && waiting === 0 && !hasTimers) fail(IDLE);
    const text = `${ended ? 'end' : `run ${hasTimers ? usual.untilTimer() : -1}`}\n${said}`;
    said = '';
    return text;
  },
};
