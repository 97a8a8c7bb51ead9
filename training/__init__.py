"""The recipe that makes models/en-us-commands, which `make model` runs. See docs/lab/training.md.

Nothing here is needed to run the coach. The steps, each of which goes on where it was stopped:

    synthesis   words that nobody has recorded, spoken by several synthesisers   voices, texts
    checking    whether a recogniser understands them                            checked
    corpora     recordings and their words, from folders of several layouts      corpora
    store       all of the sound in one file                                     store
    rooms       simulated and measured rooms, noises                             rooms, sounds
    training    the network, from frame labels and then lattice-free MMI         train, lfmmi
    export      a folder that vosk loads                                         kaldi, export
"""
