'use strict';
// What takes a while: vector stores with their files, and fine-tuning jobs.
// Each look finds them one step further.

const { requireFields, stored } = require('./errors');
const { newId, now } = require('./identity');
const { page } = require('./page');

const POLL_AFTER = { 'openai-poll-after-ms': '100' };
const stores = new Map();
const storeFiles = new Map();
const batches = new Map();
const jobs = new Map();

const countsOf = (status, total) => ({
  in_progress: status === 'in_progress' ? total : 0,
  completed: status === 'completed' ? total : 0,
  failed: 0, cancelled: 0, total,
});

function createStore({ input }) {
  const id = newId('vs_');
  const store = {
    id, object: 'vector_store', created_at: now(), name: input.name || null, status: 'completed', usage_bytes: 0,
    file_counts: countsOf('completed', 0),
  };
  stores.set(id, store);
  return { json: store };
}

function addFile({ input }, id) {
  stored(stores, id, 'vector store');
  requireFields(input, 'file_id');
  const file = {
    id: input.file_id, object: 'vector_store.file', created_at: now(), vector_store_id: id, status: 'in_progress',
    attributes: input.attributes || {}, last_error: null, usage_bytes: 0,
  };
  storeFiles.set(file.id, file);
  return { json: { ...file } };
}

function addBatch({ input }, id) {
  stored(stores, id, 'vector store');
  requireFields(input, 'file_ids');
  const batch = {
    id: newId('vsfb_'), object: 'vector_store.files_batch', created_at: now(), vector_store_id: id,
    status: 'in_progress', file_counts: countsOf('in_progress', input.file_ids.length),
  };
  batches.set(batch.id, batch);
  return { json: { ...batch } };
}

function finished(object) {
  const json = { ...object };
  object.status = 'completed';
  if (object.file_counts) object.file_counts = countsOf('completed', object.file_counts.total);
  return { headers: POLL_AFTER, json };
}

const NEXT = { validating_files: 'queued', queued: 'running', running: 'succeeded' };

function tell(job, message) {
  job.events.push({
    object: 'fine_tuning.job.event', id: newId('ftevent-'), created_at: now(), level: 'info', type: 'message', message,
  });
}

function createJob({ input }) {
  requireFields(input, 'model', 'training_file');
  const object = {
    id: newId('ftjob-'), object: 'fine_tuning.job', created_at: now(), model: input.model, status: 'validating_files',
    training_file: input.training_file, fine_tuned_model: null, error: null,
  };
  const job = { object, events: [] };
  tell(job, `Created fine-tuning job: ${object.id}`);
  jobs.set(object.id, job);
  return { json: { ...object } };
}

function retrieveJob(call, id) {
  const job = stored(jobs, id, 'fine-tuning job');
  if (NEXT[job.object.status]) {
    job.object.status = NEXT[job.object.status];
    if (job.object.status === 'succeeded') job.object.fine_tuned_model = `ft:${job.object.model}:local::${id.slice(-8)}`;
    tell(job, `The job is ${job.object.status}`);
  }
  return { headers: POLL_AFTER, json: { ...job.object } };
}

module.exports = {
  'POST /vector_stores': createStore,
  'GET /vector_stores/{id}': (call, id) => ({ json: stored(stores, id, 'vector store') }),
  'POST /vector_stores/{id}/files': addFile,
  'GET /vector_stores/{id}/files/{file}': (call, id, file) => finished(stored(storeFiles, file, 'file')),
  'POST /vector_stores/{id}/file_batches': addBatch,
  'GET /vector_stores/{id}/file_batches/{batch}': (call, id, batch) => finished(stored(batches, batch, 'batch')),
  'POST /fine_tuning/jobs': createJob,
  'GET /fine_tuning/jobs/{id}': retrieveJob,
  'GET /fine_tuning/jobs/{id}/events': ({ query }, id) => page(stored(jobs, id, 'fine-tuning job').events, query),
};
