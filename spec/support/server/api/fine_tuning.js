'use strict';
// Fine-tuning jobs: each look finds one a step further.

const { requireFields, stored } = require('./errors');
const { newId, now } = require('./identity');
const { page } = require('./page');

const POLL_AFTER = { 'openai-poll-after-ms': '100' };
const jobs = new Map();

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
  'POST /fine_tuning/jobs': createJob,
  'GET /fine_tuning/jobs/{id}': retrieveJob,
  'GET /fine_tuning/jobs/{id}/events': ({ query }, id) => page(stored(jobs, id, 'fine-tuning job').events, query),
};
