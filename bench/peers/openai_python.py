"""openai-python's side: openai_python.py MODE COUNT BASE_URL; see README.md."""
import sys

import openai

mode, count, base = sys.argv[1], int(sys.argv[2]), sys.argv[3]
client = openai.OpenAI(api_key="sk-bench-0000", base_url=base + "/v1")
asked = dict(model="gpt-4o", messages=[{"role": "user", "content": "hello there, say something"}])
for _ in range(count):
    if mode == "request":
        client.chat.completions.create(**asked)
    else:
        assert sum(1 for _ in client.chat.completions.create(**asked, stream=True)) > 0
