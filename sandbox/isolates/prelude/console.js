// console: lines for the author's run log, bounded in number and size.
const LONGEST_LINE = 8192;
let logLines = 0;
let logSize = 0;

function shown(value, depth, seen) {
  if (typeof value === 'string') return depth ? stringify(value) : value;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[Function ${value.name || 'anonymous'}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof NativeError) return String(value.stack || value);
  if (seen.includes(value)) return '[Circular]';
  if (depth > 3) return Array.isArray(value) ? '[Array]' : '[Object]';
  if (value instanceof Date || value instanceof RegExp) return String(value);
  const inner = [...seen, value];
  const entry = (key, item) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : stringify(key)}: ${shown(item, depth + 1, inner)}`;
  if (Array.isArray(value)) return bracket('[', value.slice(0, 100).map((item) => shown(item, depth + 1, inner)), ']', value.length);
  if (value instanceof Map) return `Map ${bracket('{', [...value].slice(0, 100).map(([key, item]) => `${shown(key, depth + 1, inner)} => ${shown(item, depth + 1, inner)}`), '}', value.size)}`;
  if (value instanceof Set) return `Set ${bracket('{', [...value].slice(0, 100).map((item) => shown(item, depth + 1, inner)), '}', value.size)}`;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${value[Symbol.toStringTag] || 'DataView'}(${value.byteLength} bytes)`;
  const keys = Object.keys(value);
  return bracket('{', keys.slice(0, 100).map((key) => entry(key, value[key])), '}', keys.length);
}

function bracket(open, parts, close, total) {
  if (!total) return open + close;
  const more = total > parts.length ? [`\u2026 ${total - parts.length} more`] : [];
  return `${open} ${[...parts, ...more].join(', ')} ${close}`;
}

function write(level, values) {
  if (logLines >= limits.log_lines || logSize >= limits.log_bytes) return;
  let text = '';
  for (let index = 0; index < values.length; index++) {
    try {
      text += (index ? ' ' : '') + shown(values[index], 0, []);
    } catch {
      text += '[cannot be shown]';
    }
  }
  if (text.length > LONGEST_LINE) text = `${text.slice(0, LONGEST_LINE)} \u2026`;
  logLines += 1;
  logSize += text.length;
  say(`{"type":"log","level":"${level}","text":${stringify(text)}}`);
}

const counts = create(null);
provide('console', {
  log: (...values) => write('log', values),
  info: (...values) => write('info', values),
  debug: (...values) => write('debug', values),
  warn: (...values) => write('warn', values),
  error: (...values) => write('error', values),
  trace: (...values) => write('debug', values),
  dir: (value) => write('log', [value]),
  table: (value) => write('log', [value]),
  assert: (condition, ...values) => { if (!condition) write('error', ['Assertion failed:', ...values]); },
  count: (label = 'default') => write('log', [`${label}: ${(counts[label] = (counts[label] ?? 0) + 1)}`]),
  group() {}, groupCollapsed() {}, groupEnd() {}, time() {}, timeEnd() {}, timeLog() {},
});

return { setTimeout, runTimer, untilTimer, time, reach, steadily, waits: () => timers.size > 0 };
