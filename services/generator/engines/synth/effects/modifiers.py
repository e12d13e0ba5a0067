"""The words that say how a sound is wanted. Phrases are separated by commas; the longest one found counts."""

SPEEDS: dict[float, str] = {
    0.5: "very slow, very slowly, slow motion, sehr langsam",
    0.68: (
        "slow, slowly, slower, lazy, calm walk, strolling, stroll, creeping, sneaking, tiptoe, resting, "
        "idle, idling, langsam, lento, lentamente, lent, lentement"
    ),
    1.5: (
        "fast, faster, quick, quickly, rapid, rapidly, racing, hurried, hurrying, running, runs, run, "
        "jogging, speedy, speeding, frantic, schnell, rapido, rápido, rapide, vite"
    ),
    2.0: "very fast, very quick, super fast, sprinting, sprint, sehr schnell",
}
"""Factors on rates."""

PITCHES: dict[float, str] = {
    0.5: "very deep, very low, sub bass",
    0.7: "deep, low, lower, low pitched, bassy, bass, tief, tiefe, tiefer, grave, profundo",
    1.45: "high, higher, high pitched, shrill, squeaky, hoch, hohe, agudo, aigu",
    2.0: "very high, very high pitched, ultra high",
}
"""Factors on frequencies."""

SIZES: dict[float, str] = {
    2.2: "enormous, gigantic, giant, colossal, monstrous, riesig, riesige, riesiger",
    1.6: "huge, massive, epic, immense, énorme, gigante",
    1.25: "big, large, groß, große, großer, grande, grand",
    0.72: (
        "small, little, mini, toy, puppy, kitten, klein, kleine, kleiner, pequeño, pequeña, petit, petite"
    ),
    0.5: "tiny, miniature, winzig",
}
"""Factors on the size of the thing."""

FORCES: dict[float, str] = {
    0.1: "very soft, very quiet, very gentle, barely audible, barely",
    0.25: (
        "soft, softly, gentle, gently, light, lightly, quiet, quietly, mild, weak, faint, subtle, "
        "slight, calm, delicate, drizzle, sprinkle, leicht, leichter, leichte, leise, sanft, suave, "
        "ligera, ligero, légère, léger, doux, douce, few"
    ),
    0.8: (
        "heavy, heavily, strong, loud, loudly, hard, intense, powerful, violent, violently, aggressive, "
        "angry, fierce, wild, roaring, big crowd, many, stormy, stark, starker, starke, heftig, "
        "heftiger, laut, fuerte, intensa, forte, fort, lourd, violente"
    ),
    1.0: (
        "very heavy, very loud, very strong, torrential, extreme, extremely, furious, raging, "
        "deafening, pouring, downpour, hurricane, massive crowd"
    ),
}
"""From 0 (barely) to 1 (as hard as it gets); 0.5 is said by no word."""

DISTANCES: dict[float, str] = {
    -0.3: "close, close up, nearby, near, up close, nah, nahe, cerca, proche",
    0.6: (
        "distant, in the distance, distance, from outside, behind a door, next door, entfernt, "
        "entfernter, entfernte, fern, ferner, lejano, lejana, lejos, lointain, lointaine, au loin, in "
        "der ferne, in the background, 远处, 遠く"
    ),
    1.0: "far, far away, very distant, far off, very far, faraway, miles away, on the horizon, weit weg",
}
"""From -0.3 (close by) to 1 (far away)."""

LENGTHS: dict[float, str] = {
    0.55: "short, brief, kurz, kurzer, corto, court",
    1.7: "long, lasting, lang, langer, largo, longue",
}
"""Factors on the length of an event."""

MATERIALS: dict[str, str] = {
    "metal": (
        "metal, metallic, tin, steel, iron, aluminium, aluminum, car roof, metal roof, tin roof, "
        "corrugated, blech, blechdach, metall, metálico, métal"
    ),
    "wood": (
        "wood, wooden, floorboards, floorboard, parquet, planks, plank, deck, holz, madera, bois, "
        "stage, stairs, hardwood"
    ),
    "glass": "glass, window, windows, window pane, windshield, glas, fenster, vidrio, ventana, vitre",
    "gravel": "gravel, pebbles, rocks, dirt, dirt road, path, rubble, kies, grava, gravier",
    "snow": "snow, snowy, ice, schnee, nieve, neige",
    "leaves": "leaves, leaf, forest floor, foliage, dry leaves, autumn leaves, laub, hojas, feuilles",
    "grass": "grass, lawn, moss, field, gras, hierba, herbe, carpet, rug, sand, beach",
    "water": "water, puddle, puddles, mud, muddy, wet, shallow water, lake, pond, pfütze, wasser",
    "tent": "tent, umbrella, canvas, tarp, plastic, zelt, regenschirm",
    "stone": (
        "stone, concrete, marble, tile, tiles, pavement, asphalt, street, sidewalk, cobblestone, "
        "cobblestones, brick, stein, beton, piedra, pierre"
    ),
    "roof": "roof, rooftop, dach, techo, toit",
}
"""What something is made of or sounds on."""

COUNTS: dict[int, str] = {
    1: "single, one, once, 1, einmal, ein einziger, solo one, one time",
    2: "two, double, twice, 2, a couple of, a pair of, couple, pair of, zwei, dos, deux, zweimal",
    3: "three, triple, 3, thrice, drei, tres, trois, dreimal, a few, few",
    4: "four, 4, vier, cuatro, quatre, several",
    5: "five, 5, fünf, cinco, cinq",
    6: "six, 6, sechs, seis",
    7: "seven, 7, sieben, siete, sept",
    8: "eight, 8, acht, ocho, huit",
    9: "nine, 9, neun, nueve, neuf",
    10: "ten, 10, zehn, diez, dix",
    12: "twelve, a dozen, dozen, 12, zwölf, doce, douze",
}
"""How often."""
