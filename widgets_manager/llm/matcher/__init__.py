"""The offline matcher: finds the intent that a message means by words alone, without any model.

normalise, numbers → panels, spelling → sentence → intents → amounts, choices, destination, naming → extract → rank →
wording, decide. It answers in English; other languages are never an error, only not understood.
"""

from widgets_manager.llm.matcher.decide import Decision, NoMatch, decide

__all__ = ["Decision", "NoMatch", "decide"]
