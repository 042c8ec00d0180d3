"""First render and one change of widget trees, beside other renderers in the same browser."""
