-- What the operations of client.models do.

return {
  ["models.delete"] =
    "Deletes a model that was fine-tuned, which takes the role of an owner, and returns a confirmation.",
  ["models.list"] = "Returns the models that can be used, those of your own included, in one page.",
  ["models.retrieve"] = "Returns what is known of one model: who owns it, and since when it exists.",
}
