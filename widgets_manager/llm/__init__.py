"""Model providers: any OpenAI-compatible endpoint, and the offline matcher that answers without one."""
