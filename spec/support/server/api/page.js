'use strict';
// One page of a list, by cursor: after, limit and order of the query.

const { invalid } = require('./errors');

const LIMIT = 20;

function limitOf(query, fallback) {
  if (!query.has('limit')) return fallback;
  const limit = Number(query.get('limit'));
  if (!Number.isInteger(limit) || limit < 1) {
    throw invalid(`Invalid 'limit': ${query.get('limit')}.`, 'limit');
  }
  return limit;
}

function startOf(items, after) {
  if (!after) return 0;
  const at = items.findIndex((item) => item.id === after);
  if (at < 0) throw invalid(`No item with the id '${after}'.`, 'after');
  return at + 1;
}

// The items are given oldest first; `order` is the list's default order.
function page(items, query, { order = 'desc', limit = LIMIT } = {}) {
  const sorted = (query.get('order') || order) === 'desc' ? [...items].reverse() : [...items];
  const start = startOf(sorted, query.get('after'));
  const end = start + limitOf(query, limit);
  const data = sorted.slice(start, end);
  return {
    json: {
      object: 'list',
      data,
      first_id: data.length ? data[0].id : null,
      last_id: data.length ? data[data.length - 1].id : null,
      has_more: end < sorted.length,
    },
  };
}

module.exports = { page };
