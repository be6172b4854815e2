"""The names of both label sets, in the order in which every array of probabilities holds them."""

# FER+ (Barsoum et al. 2016, arXiv 1608.01041): the order of the vote columns in fer2013new.csv.
EXPRESSIONS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")

# FER2013 (Goodfellow et al. 2013): the numbers 0 to 6 in the column "emotion" of fer2013.csv.
FER2013_LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
