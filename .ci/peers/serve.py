# Serves a model by llama.cpp, and its vectors by a second one, until it is
# ended: serve.py MODEL FILE, to which the two addresses are written.

import os
import sys
import time

import xllamacpp


def serve(model, is_for_vectors):
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {"tiny"}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = ["sk-peers"]
    params.n_ctx = 32768
    params.n_parallel = 2
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.verbosity = 2
    if is_for_vectors:
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    return xllamacpp.Server(params)


model, file = sys.argv[1:]
servers = [serve(model, False), serve(model, True)]
with open(file + ".new", "w") as addresses:
    for server in servers:
        print(server.listening_address, file=addresses)
os.rename(file + ".new", file)
while True:
    time.sleep(60)
