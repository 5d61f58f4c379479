'use strict';
// A rate limit: so many requests and tokens a minute, told in every reply's
// header. It fills drop by drop, or all at once when a window of time ends.
// A token is four bytes of the request's body.

const MINUTE = 60;

function duration(seconds) {
  if (seconds < 1) return `${Math.ceil(seconds * 1000)}ms`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes ? `${minutes}m` : ''}${(seconds % 60).toFixed(3)}s`;
}

// { requests, tokens, minute: seconds, window: true|false }
function create(definition) {
  const minute = definition.minute || MINUTE;
  const now = Date.now() / 1000;
  return {
    minute, window: definition.window === true, at: now, ends: now + minute, refused: 0,
    most: { requests: definition.requests, tokens: definition.tokens || Infinity },
    left: { requests: definition.requests, tokens: definition.tokens || Infinity },
  };
}

function fillWindow(limit, now) {
  while (now >= limit.ends) {
    limit.ends += limit.minute;
    Object.assign(limit.left, limit.most);
  }
}

function fillDrops(limit, now) {
  const share = (now - limit.at) / limit.minute;
  for (const what of ['requests', 'tokens']) {
    limit.left[what] = Math.min(limit.most[what], limit.left[what] + share * limit.most[what]);
  }
  limit.at = now;
}

function secondsTo(limit, what, level, now) {
  if (limit.window) return limit.ends - now;
  return Math.max(0, (level - limit.left[what]) / limit.most[what] * limit.minute);
}

function headersOf(limit, now) {
  const headers = [];
  for (const what of ['requests', 'tokens']) {
    if (limit.most[what] === Infinity) continue;
    headers.push([`x-ratelimit-limit-${what}`, `${limit.most[what]}`]);
    headers.push([`x-ratelimit-remaining-${what}`, `${Math.floor(limit.left[what])}`]);
    headers.push([`x-ratelimit-reset-${what}`, duration(secondsTo(limit, what, limit.most[what], now))]);
  }
  return headers;
}

// Lets a request of so many bytes through, or not: { refused, headers }.
function ask(limit, bytes) {
  const now = Date.now() / 1000;
  const cost = Math.ceil(bytes / 4);
  (limit.window ? fillWindow : fillDrops)(limit, now);
  if (limit.left.requests < 1 || limit.left.tokens < cost) {
    limit.refused += 1;
    const wait = Math.max(secondsTo(limit, 'requests', 1, now), secondsTo(limit, 'tokens', cost, now));
    return { refused: true, headers: [...headersOf(limit, now), ['retry-after-ms', `${Math.ceil(wait * 1000)}`]] };
  }
  limit.left.requests -= 1;
  limit.left.tokens -= cost;
  return { refused: false, headers: headersOf(limit, now) };
}

module.exports = { create, ask };
