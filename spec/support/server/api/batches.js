'use strict';
// Batches: their requests are answered by the built-in API itself. A batch
// goes one step on whenever it is retrieved, so that nothing depends on time.

const files = require('./file_store');
const { newId, now } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');
const { ApiError, invalid, requireFields, stored } = require('./errors');

const kept = memory.map();

const get = (id) => stored(kept, id, 'Batch object');

function create({ input }) {
  requireFields(input, 'input_file_id', 'endpoint', 'completion_window');
  const { object } = files.get(input.input_file_id);
  if (object.purpose !== 'batch') throw invalid('The file has another purpose.', 'input_file_id');
  const batch = {
    id: newId('batch_'),
    object: 'batch',
    endpoint: input.endpoint,
    errors: null,
    input_file_id: input.input_file_id,
    completion_window: input.completion_window,
    status: 'validating',
    output_file_id: null,
    error_file_id: null,
    created_at: now(),
    request_counts: { total: 0, completed: 0, failed: 0 },
    metadata: input.metadata || null,
  };
  kept.set(batch.id, batch);
  return { json: batch };
}

function linesOf(batch) {
  const text = files.get(batch.input_file_id).bytes.toString();
  return text.split('\n').filter((line) => line).map((line) => JSON.parse(line));
}

function problemsOf(lines, batch) {
  const seen = new Set();
  const problems = [];
  lines.forEach(({ custom_id: id, url }, index) => {
    const add = (code, message) => problems.push({ code, message, line: index + 1, param: null });
    if (seen.has(id)) add('duplicate_custom_id', `The custom_id '${id}' is already in use.`);
    if (url !== batch.endpoint) add('invalid_url', `The url '${url}' is not the batch's.`);
    seen.add(id);
  });
  return problems;
}

function begin(batch) {
  const lines = linesOf(batch);
  const problems = problemsOf(lines, batch);
  if (problems.length) {
    return { status: 'failed', failed_at: now(), errors: { object: 'list', data: problems } };
  }
  const request_counts = { total: lines.length, completed: 0, failed: 0 };
  return { status: 'in_progress', in_progress_at: now(), request_counts };
}

function replyTo(line, perform) {
  try {
    return { status_code: 200, body: perform(line.method, line.url, line.body).json };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status_code: error.status, body: { error: error.error } };
  }
}

function answer(line, perform) {
  const response = { request_id: newId('req_'), ...replyTo(line, perform) };
  return { id: newId('batch_req_'), custom_id: line.custom_id, response, error: null };
}

function fileOf(batch, what, answers) {
  if (!answers.length) return null;
  const text = answers.map((line) => `${JSON.stringify(line)}\n`).join('');
  const filename = `${batch.id}_${what}.jsonl`;
  return files.add({ filename, purpose: 'batch_output', bytes: Buffer.from(text) }).id;
}

// The order of the answers is not that of the requests.
function complete(batch, perform) {
  const answers = linesOf(batch).reverse().map((line) => answer(line, perform));
  const good = answers.filter((line) => line.response.status_code === 200);
  const bad = answers.filter((line) => line.response.status_code !== 200);
  return {
    status: 'completed',
    completed_at: now(),
    output_file_id: fileOf(batch, 'output', good),
    error_file_id: fileOf(batch, 'error', bad),
    request_counts: { total: answers.length, completed: good.length, failed: bad.length },
  };
}

const STEPS = {
  validating: begin,
  in_progress: complete,
  cancelling: () => ({ status: 'cancelled', cancelled_at: now() }),
};

function retrieve({ perform }, id) {
  const batch = get(id);
  const step = STEPS[batch.status];
  return { json: step ? Object.assign(batch, step(batch, perform)) : batch };
}

function cancel(call, id) {
  const batch = get(id);
  if (!STEPS[batch.status]) {
    throw new ApiError(409, `Cannot cancel a batch with status '${batch.status}'.`, {});
  }
  return { json: Object.assign(batch, { status: 'cancelling', cancelling_at: now() }) };
}

module.exports = {
  'POST /batches': create,
  'GET /batches': ({ query }) => page([...kept.values()], query),
  'GET /batches/{id}': retrieve,
  'POST /batches/{id}/cancel': cancel,
};
