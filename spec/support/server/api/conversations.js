'use strict';
// The items of conversations. What a response adds to one, responses.js puts
// there.

const kept = require('./kept');
const { newId } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');
const { requireFields, stored } = require('./errors');

const items = memory.map();

const create = kept.routes['POST /conversations'];
const of = (id) => [...items.values()].filter((item) => item.conversation === id);
const shown = ({ conversation, ...item }) => item;

function add(id, list) {
  kept.has('/conversations', id);
  return list.map((given) => {
    const item = { type: 'message', status: 'completed', ...given, id: given.id || newId('msg_'), conversation: id };
    if (typeof item.content === 'string') item.content = [{ type: 'input_text', text: item.content }];
    items.set(item.id, item);
    return shown(item);
  });
}

function find(id, item) {
  kept.has('/conversations', id);
  return stored(new Map(of(id).map((one) => [one.id, one])), item, 'item');
}

module.exports = {
  add,
  of: (id) => of(id).map(shown),
  routes: {
    'POST /conversations': (call) => {
      const { items: first, ...input } = call.input;
      const made = create({ ...call, input });
      add(made.json.id, first || []);
      return made;
    },
    'POST /conversations/{id}/items': ({ input }, id) => {
      requireFields(input, 'items');
      return page(add(id, input.items), new URLSearchParams({ order: 'asc', limit: '100' }));
    },
    'GET /conversations/{id}/items': ({ query }, id) => {
      kept.has('/conversations', id);
      return page(of(id).map(shown), query);
    },
    'GET /conversations/{id}/items/{item}': (call, id, item) => ({ json: shown(find(id, item)) }),
    'DELETE /conversations/{id}/items/{item}': (call, id, item) => {
      items.delete(find(id, item).id);
      return { json: kept.has('/conversations', id) };
    },
  },
};
