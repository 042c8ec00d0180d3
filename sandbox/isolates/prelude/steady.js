// A run that may be carried out again: its chance comes from its seed, and its time stands still between the answers of
// the server, but for its timers. Then the same code asks the same things of the server.
let moment = -1; // milliseconds; below zero time passes as it does everywhere

function time() { return moment < 0 ? clock() : moment; }

/** It is that late now, and never earlier again. */
function reach(at) { if (moment >= 0 && at > moment) moment = at; }

function steadily({ seed, moment: at }) {
  moment = at;
  Math.random = chance(seed);
  steadyDate();
  if (typeof Temporal === 'object') steadyTemporal(Temporal);
  replace('performance', { now: () => time() - at, timeOrigin: at });
}

/** Numbers from 0 to 1 by sfc32, which passes PractRand; secrets are made with crypto. */
function chance(text) {
  let [a, b, c] = [0, 8, 16].map((start) => parseInt(text.slice(start, start + 8), 16) | 0);
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return () => next() / 4294967296;
}

function steadyDate() {
  const Native = Date;
  const Steady = new Proxy(Native, {
    construct(target, parameters, made) {
      return Reflect.construct(target, parameters.length ? parameters : [time()], made === Steady ? target : made);
    },
    apply() { return new Native(time()).toString(); },
  });
  Native.now = time;
  Native.prototype.constructor = Steady;
  replace('Date', Steady);
}

function steadyTemporal({ Now, Instant }) {
  const instant = () => Instant.fromEpochMilliseconds(time());
  const zonedDateTimeISO = (zone = Now.timeZoneId()) => instant().toZonedDateTimeISO(zone);
  Object.assign(Now, {
    instant,
    zonedDateTimeISO,
    plainDateTimeISO: (zone) => zonedDateTimeISO(zone).toPlainDateTime(),
    plainDateISO: (zone) => zonedDateTimeISO(zone).toPlainDate(),
    plainTimeISO: (zone) => zonedDateTimeISO(zone).toPlainTime(),
  });
}
