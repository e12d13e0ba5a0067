"""Chord progressions and cadences by family of modes, for genres that don't bring their own."""

BY_FAMILY: dict[str, tuple[str, ...]] = {
    "major": (
        "I|V|vi|IV",
        "I|vi|IV|V",
        "vi|IV|I|V",
        "I|IV|vi|V",
        "I|iii|IV|V",
        "IV|I|V|vi",
        "I|V|ii|IV",
        "I|ii|vi|IV",
    ),
    "minor": (
        "i|bVI|bIII|bVII",
        "i|bVII|bVI|bVII",
        "i|iv|bVI|V",
        "i|bIII|bVII|iv",
        "i|bVI|iv|V",
        "i|v|bVI|bVII",
        "bVI|bVII|i|i",
    ),
    "harmonic minor": ("i|iv|V|i", "i|bVI|iidim|V", "i|V|bVI|V", "i|iv|bVI|V"),
    "dorian": ("i|IV|i|IV", "i|bVII|IV|i", "i|ii|bIII|IV", "i|IV|bVII|i"),
    "phrygian": ("i|bII|i|bII", "i|bII|bIII|bII", "i|bvii|bII|i", "i|bVI|bII|i"),
    "lydian": ("I|II|I|II", "I|II|vii|I", "I|V|II|I", "I|iii|II|I"),
    "mixolydian": ("I|bVII|IV|I", "I|IV|bVII|I", "I|v|bVII|IV", "I|bVII|I|IV"),
    "blues": (
        "I7|IV7|I7|I7|IV7|IV7|I7|I7|V7|IV7|I7|V7",
        "I7|I7|IV7|I7",
        "I7|IV7|I7|V7",
    ),
}

JAZZ = {
    "major": (
        "ii7|V7|Imaj7|vi7",
        "Imaj7|vi7|ii7|V7",
        "iii7|VI7b9|ii7|V7",
        "Imaj7|IVmaj7|iii7 VI7|ii7 V7",
        "Imaj9|#ivm7b5 VII7|iii7 VI7|ii9 V13",
    ),
    "minor": (
        "i7|iv7|iim7b5|V7b9",
        "im9|bVImaj7|iim7b5|V7b9",
        "i7|iim7b5 V7b9|i7|bVImaj7 V7",
        "iv7|bVII7|bIIImaj7|bVImaj7",
    ),
    "dorian": ("im9|IV9|im9|IV9", "im9|iim7|im9|iim7", "im9|IV9|bVIImaj7|im9"),
}

SOUL = {
    "major": (
        "Imaj9|iii7|vi9|ii9 V7sus4",
        "IVmaj9|iii7|ii9|Imaj9",
        "Imaj7|vi7|IVmaj7|V7sus4",
        "ii9|V13|Imaj9|IVmaj9",
    ),
    "minor": ("im9|iv9|bVImaj7|V7#9", "im9|bIIImaj7|iv9|bVII9", "bVImaj9|bVII9|im9|im9", "iv9|v7|im9|im9"),
    "dorian": ("im9|IV9|im9|IV9", "im9|bIIImaj7|IV9|im9", "im9|iim7|bIIImaj7|IV9"),
}

SLOW = {
    "major": ("Iadd9|Iadd9|vi7|IVmaj7", "Imaj7|IVmaj7|Imaj7|IVmaj7", "IVmaj7|Imaj7|vi7|Vsus4"),
    "minor": ("imadd9|imadd9|bVImaj7|bVImaj7", "i|bVImaj7|bIIImaj7|bVIIsus2", "im9|iv9|bVImaj7|im9"),
    "lydian": ("Imaj7|II|Imaj7|II", "Imaj9|vii7|Imaj9|II"),
    "dorian": ("im9|IV|im9|IV", "imadd9|bVIIsus2|IV|imadd9"),
}

RIFFS = {
    "minor": ("i|i|bVI|bVII", "i|bIII|bVII|iv", "i i|bVI bVII", "i|i|iv|bVII"),
    "phrygian": ("i|i|bII|i", "i bII|i bIII|i bII|bvii"),
    "harmonic minor": ("i|bVI|V|i", "i|iv|V|V"),
    "major": ("I|IV|V|IV", "I|bVII|IV|I", "I|V|vi|IV"),
    "mixolydian": ("I|bVII|IV|I", "I|I|bVII|IV"),
    "blues": ("I7|IV7|I7|IV7", "I7|bIII|IV7|I7"),
}

DRONE = {
    "minor": ("i|i|i|i", "i|i|bVI|bVI", "i|i|i|bVII", "i|i|iv|i"),
    "phrygian": ("i|i|bII|i", "i|i|i|bII"),
    "dorian": ("i|i|IV|i", "i|i|bVII|i"),
    "major": ("I|I|IV|I", "I|I|vi|IV"),
}

DANCE = {
    "minor": ("i|bVI|bIII|bVII", "bVI|bVII|i|i", "i|bIII|bVII|bVI", "iv|bVI|i|bVII", "i|v|bVI|iv"),
    "major": ("vi|IV|I|V", "IV|V|vi|I", "I|V|vi|IV", "I|iii|vi|IV"),
    "dorian": ("i|bVII|IV|i", "i|bIII|IV|IV"),
}

CLASSICAL = {
    "major": ("I|vi|ii|V", "I|V|vi|iii|IV|I|ii|V7", "I|IV|V7|I", "I|ii|V7|I", "I|V7|I|IV|I|ii|V7|I"),
    "minor": (
        "i|iv|V7|i",
        "i|bVI|iidim|V7",
        "i|bVII|bVI|V",
        "i|iv|bVII|bIII|bVI|iidim|V7|i",
        "i|V7|i|iv|i|iidim|V7|i",
    ),
    "harmonic minor": ("i|iv|V7|i", "i|bVI|iv|V7", "i|V7|bVI|V7"),
}

EPIC = {
    "minor": ("i|bVI|bIII|bVII", "i|bVI|iv|V", "i|bIII|bVI|bVII", "i|v|bVI|iv", "bVI|bVII|i|bIII"),
    "major": ("I|V|vi|IV", "I|bVI|bVII|I", "vi|IV|I|V", "I|iii|IV|iv"),
    "lydian": ("I|II|vi|V", "I|II|I|vii"),
    "dorian": ("i|IV|bVII|i", "i|bVII|IV|bVI"),
    "phrygian": ("i|bII|bvii|i", "i|bII|i|bVI"),
}

BOUNCE = {
    "minor": ("i|i|bVI|V", "i|bVI|i|V", "i|iv|i|bVI", "i|i|bVI|bVII"),
    "harmonic minor": ("i|i|bVI|V", "i|iv|V|i"),
    "phrygian": ("i|bII|i|bII", "i|i|bII|bIII"),
    "major": ("I|vi|IV|V", "vi|IV|I|V"),
}

CADENCES: dict[str, tuple[str, ...]] = {
    "major": ("IV V", "ii V", "V", "IV"),
    "minor": ("iv V", "bVI bVII", "V", "bVII"),
    "harmonic minor": ("iv V", "V", "iidim V"),
    "dorian": ("IV", "bVII", "IV bVII"),
    "phrygian": ("bII", "bvii bII"),
    "lydian": ("II", "V"),
    "mixolydian": ("bVII", "IV bVII"),
    "blues": ("IV7 V7", "V7"),
}
"""What leads into the last chord, by family."""

JAZZ_CADENCES = {
    "major": ("ii9 V13",),
    "minor": ("iim7b5 V7b9",),
    "dorian": ("ii7 V7",),
    "blues": ("ii9 V13",),
}
