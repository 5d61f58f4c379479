'use strict';
// Tools that the API itself carries out: the items that they leave in a
// response, and what a message has of their sources.

const { newId } = require('./identity');
const { PIXEL } = require('./pixel');

const PAGE = { url: 'https://www.lua.org/about.html', title: 'Lua: about' };

const ITEMS = {
  web_search: (tool, said) => ({
    id: newId('ws_'), type: 'web_search_call', status: 'completed', action: { type: 'search', query: said },
  }),
  file_search: (tool, said) => ({
    id: newId('fs_'), type: 'file_search_call', status: 'completed', queries: [said], results: null,
  }),
  code_interpreter: () => ({
    id: newId('ci_'), type: 'code_interpreter_call', status: 'completed', container_id: 'cntr_local',
    code: 'print(sum(range(1, 101)))', outputs: [{ type: 'logs', logs: '5050\n' }],
  }),
  mcp: (tool) => ({
    id: newId('mcp_'), type: 'mcp_call', status: 'completed', server_label: tool.server_label, name: 'look_up',
    arguments: '{}', output: 'found', error: null, approval_request_id: null,
  }),
  image_generation: () => ({
    id: newId('ig_'), type: 'image_generation_call', status: 'completed', result: PIXEL,
  }),
};

const SOURCES = {
  web_search: (tool, text) => ({ type: 'url_citation', start_index: 0, end_index: text.length, ...PAGE }),
  file_search: () => ({ type: 'file_citation', index: 0, file_id: 'file-local', filename: 'notes.txt' }),
};

const made = (makers, input, text) => (input.tools || [])
  .filter((tool) => makers[tool.type])
  .map((tool) => makers[tool.type](tool, text));

module.exports = {
  itemsOf: (input, said) => made(ITEMS, input, said),
  sourcesOf: (input, text) => made(SOURCES, input, text),
};
