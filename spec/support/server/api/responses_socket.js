'use strict';
// Responses over a socket: each is one that HTTP would stream, in the lane that asked for it.

const { ApiError, invalid } = require('./errors');
const responses = require('./responses');

const create = responses['POST /responses'];

function refusal(error, stream_id) {
  if (!(error instanceof ApiError)) throw error;
  return [{ send: { type: 'error', status: error.status, stream_id, error: error.error } }];
}

function answer({ type, stream_id, ...input }) {
  try {
    if (type !== 'response.create') throw invalid(`No event of type '${type}'.`, 'type');
    const { sse, chunk_delay } = create({ input: { ...input, stream: true } });
    return sse.flatMap(({ data }) => [{ send: { ...data, stream_id } }, { wait: chunk_delay }]);
  } catch (error) {
    return refusal(error, stream_id);
  }
}

module.exports = { 'GET /responses': () => ({ socket: { beside: true, on: answer } }) };
