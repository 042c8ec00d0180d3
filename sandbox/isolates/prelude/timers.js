// The usual part begins here: it is one function, whose parameter `host` is what the bridge lends it.
// setTimeout and its family, queueMicrotask, performance.now. One timer runs in a turn, as in other hosts: the microtasks
// that it starts come before the next timer.
const { clock, create, stringify, NativeError, limits, say, fail, provide, replace, began } = host;
const TIMERS_AT_ONCE = 1000;
const LONGEST = 2 ** 31 - 1;
const timers = new Map();
let lastTimer = 0;

function addTimer(callback, delay, parameters, repeats) {
  if (typeof callback !== 'function') throw new TypeError('A timer needs a function.');
  if (timers.size >= TIMERS_AT_ONCE) throw new RangeError(`More than ${TIMERS_AT_ONCE} timers are waiting.`);
  const pause = Math.min(Math.max(Number(delay) || 0, 1), LONGEST);
  timers.set(++lastTimer, { callback, parameters, pause, repeats, due: clock() + pause, seen: time() + pause });
  return lastTimer;
}

/** The number of the timer that is due first; 0 without any. */
function firstTimer() {
  let first = 0, due = Infinity;
  for (const [number, timer] of timers) {
    if (timer.due < due) [first, due] = [number, timer.due];
  }
  return first;
}

/** Milliseconds until a timer is due; -1 without any. */
function untilTimer() {
  const first = firstTimer();
  return first ? Math.max(0, Math.ceil(timers.get(first).due - clock())) : -1;
}

function runTimer() {
  const first = firstTimer();
  if (!first || timers.get(first).due > clock()) return;
  const timer = timers.get(first);
  if (timer.repeats) timer.due = clock() + timer.pause;
  else timers.delete(first);
  reach(timer.seen);
  timer.seen += timer.pause;
  try {
    timer.callback(...timer.parameters);
  } catch (error) {
    fail(error);
  }
}

function setTimeout(callback, delay, ...parameters) { return addTimer(callback, delay, parameters, false); }
function setInterval(callback, delay, ...parameters) { return addTimer(callback, delay, parameters, true); }
function clearTimeout(number) { timers.delete(number); }

function queueMicrotask(callback) {
  if (typeof callback !== 'function') throw new TypeError('A function is expected.');
  Promise.resolve().then(callback).catch(fail);
}

provide('setTimeout', setTimeout);
provide('setInterval', setInterval);
provide('clearTimeout', clearTimeout);
provide('clearInterval', clearTimeout);
provide('queueMicrotask', queueMicrotask);
provide('performance', { now: () => clock() - began, timeOrigin: began });
