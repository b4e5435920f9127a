"""English: what may not be said without proof, what may not be said at all."""

from gale.creative.lexicon.base import COMMON, Lexicon

LEXICON = Lexicon(
    risky={
        "fact.no_such_offer": (
            r"sales?(?= (?:now|on|ends?|price|starts?))", r"on sale", r"discount(?:s|ed)?", r"half[- ]price", r"(?:\d+ ?% )?off (?:your|everything|all|today)", r"promo(?:tion)?s?(?: code)?",
            r"voucher", r"coupon", r"bargains?", r"clearance", r"(?:special|limited|exclusive|introductory|welcome) (?:offer|price|deal)s?", r"best price", r"price (?:cut|drop)s?",
            r"(?:low|lower|lowest|reduced|unbeatable) prices?", r"cashback", r"money[- ]back", r"buy one", r"two for one", r"bogo", r"deals?(?= (?:of|on|today))", r"great deals?(?= (?:on|for))", r"black friday", r"rebates?", r"(?:free|fast|express|next-day) (?:delivery|shipping)",
        ),
        "fact.free": (
            r"(?<!sugar-)(?<!gluten-)(?<!feel )(?<!hands-)free(?! (?:to|time|moment|hand|evening|afternoon|morning|day|hour))(?:bies?)?", r"complimentary", r"no (?:charge|cost|obligation|strings attached)", r"on the house", r"at no extra cost", r"as a gift with",
        ),
        "fact.superlative": (
            r"(?:the|our|your|its|very) (?:very )?(?:best|finest|greatest|purest|freshest|tastiest|softest|smoothest|fastest|safest|cheapest|strongest|lightest|richest|smartest|easiest|nicest|most)(?! (?:of (?:it|your|the day|the time)|people|days|things|mornings))(?: \w+)?",
            r"best(?:[- ](?:in|ever|selling|loved|rated|of))", r"(?:no\.?|number|#) ?(?:1|one)", r"world(?:'s| )(?:best|class|leading|finest|first)", r"leading", r"unbeatable", r"unrivall?ed", r"unmatched", r"incomparable", r"second to none",
            r"perfect(?:ly|ion)?", r"ultimate", r"exceptional", r"revolutionary", r"one of a kind", r"like no other", r"better than (?:all|any|every|the rest|anyone)", r"flawless", r"award[- ]winning", r"favou?rite in", r"unparalleled", r"must-have",
        ),
        "fact.claim": (
            r"(?:clinically |scientifically )?(?:proven|tested|approved|validated)", r"certified", r"guarantee[ds]?", r"patented", r"recommended by", r"hand[- ]?(?:made|crafted|picked|roasted|baked|built)",
            r"(?:made|built|baked|roasted|grown|produced|crafted) by hand", r"artisan(?:al)?", r"(?:made|grown|produced|harvested|born) in \w+", r"made in", r"locally", r"local", r"since (?:forever|\w+)", r"for generations", r"traditional",
            r"(?:sugar|gluten|lactose|additive|paraben|sulphate|sulfate|fragrance|alcohol|cruelty|preservative|dairy)[- ]free", r"no (?:added \w+|additives|preservatives|parabens|sugar)", r"hypoallergenic", r"dermatolog\w+", r"anti-?(?:ageing|aging|wrinkle)",
            r"effective", r"visible results", r"new (?:formula|recipe|improved)", r"customers? (?:love|agree|swear)", r"everyone(?:'s)? (?:loves|talking|is talking)", r"as seen on", r"exclusive(?:ly)?", r"fresh(?:ly)? (?:today|every day|daily|baked|roasted|made)",
            r"in season", r"fair ?trade", r"single[- ]origin", r"delivered (?:tomorrow|overnight|within)", r"small[- ]batch", r"premium", r"organic(?:ally)?", r"vegan",
        ),
        "health.claim": (
            r"wak(?:e|es|ing) (?:you|yourself|me|up|your (?:body|mind|brain))(?: up)?", r"woke", r"energ(?:y|ies|ise|ize|ising|izing|ised|ized|etic)\w*", r"alert(?:ness)?", r"concentrat(?:e|ion)(?! of)", r"(?:sharp(?:er|en)?|better|more|mental|stay|helps? you) focus(?:ed)?", r"boost(?:s|ed|ing|er)?",
            r"pick-me-up", r"perk(?:s)? you up", r"stimulat\w+", r"detox\w*", r"immun\w+", r"digest\w+", r"good for (?:you|your (?:health|heart|gut|skin|mind|body|mood|waist))", r"healthy", r"healthier", r"health", r"heal(?:s|ing|ed)?", r"cures?", r"reliev\w+", r"soothes?(?: your)? (?!the day)\w+",
            r"anti-?(?:stress|oxidant\w*|inflammatory)", r"(?:fights?|beats?|banish(?:es)?) (?:fatigue|tiredness|stress)", r"slimm\w+", r"weight loss", r"lose weight", r"burns? fat", r"sleep better", r"better sleep", r"vitamin\w*", r"therap\w+", r"remed(?:y|ies)", r"medicinal", r"wellness", r"keeps? you (?:awake|going|sharp)", r"metabolism",
        ),
        "green.claim": (
            r"eco[- ]?(?:friendly|conscious|logical\w*|responsible)?(?=\b)", r"environment(?:ally)?(?:[- ]friendly)?", r"good for the (?:planet|earth|environment|world)", r"sustainab\w+", r"green(?:er|est)?(?= (?:choice|product|brand|living|way|future|alternative|option))", r"biodegradable", r"natural(?:ly)?", r"zero[- ]waste", r"planet(?:-\w+)?",
            r"recyclable", r"earth-friendly", r"non-polluting", r"clean beauty", r"kind to (?:the planet|nature|the earth)", r"responsibly",
        ),
        "green.offset": (
            r"carbon[- ](?:neutral|negative|free|positive|offset\w*|zero)", r"climate[- ](?:neutral|positive|friendly)", r"net[- ]zero", r"zero[- ](?:carbon|emissions?)", r"co2[- ](?:neutral|free|compensated)", r"low[- ]carbon", r"offset(?:s|ting)? (?:our|its|your|all|every) \w+",
        ),
        "style.urgency": (
            r"last (?:chance|call|day|days|hours?|few|pieces?|ones)", r"final (?:hours?|days?|call)", r"hurry(?: up)?", r"limited (?:stock|edition|time|quantity|quantities|availability)", r"while (?:stocks?|supplies) lasts?", r"only (?:a few|\d+|\w+) left", r"(?:today|now) only", r"only today", r"now or never",
            r"act (?:now|fast)", r"don't miss(?: out)?", r"don't wait(?! for)", r"selling (?:fast|out)", r"almost (?:gone|sold out)", r"ends? (?:soon|tonight|today)", r"before it's (?:too late|gone)", r"(?:it's|an|order) urgent(?:ly)?", r"running out", r"going fast",
        ),
        "style.wounding": (
            r"ugly", r"fat(?= (?:people|women|men|girls?|thighs|belly))", r"too fat", r"lazy", r"stupid", r"idiots?", r"morons?", r"dumb", r"shame(?:ful)?", r"ashamed", r"bad mothers?", r"real (?:men|women)", r"like a girl", r"sissy", r"crippled?", r"retard\w*", r"schizo\w*", r"hysterical", r"crazy",
            r"insane", r"psycho", r"obese", r"losers?", r"old hag", r"normal skin", r"man up", r"lame", r"spaz",
        ),
        "style.vulnerable": (
            r"in debt", r"debts", r"depress(?:ed|ion|ing)", r"grie(?:f|ving)", r"lonel(?:y|iness)", r"your (?:insecurities|weight|flaws)", r"addict(?:ed|ive|ion)?", r"alcoholic", r"unemployed", r"illness(?:es)?", r"cancer", r"divorced?", r"can't make ends meet", r"struggling with",
        ),
    },
    numbers=(
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundreds?", "thousands?", "millions?", "billions?", "dozens?", "half", "twice", "thrice", "doubled?", "triple", "quarter", "third(?= of)",
    ),
    calendar=(
        "mondays?", "tuesdays?", "wednesdays?", "thursdays?", "fridays?", "saturdays?", "sundays?", "january", "february", r"(?<=in )march", r"(?<=\d )march", "march(?= \\d)", "april", r"(?<=in )may", r"(?<=\d )may", "may(?= \\d)",
        "june", "july", "august", "september", "october", "november", "december", "christmas", "easter", r"(?:this|next|last|in) spring", r"(?:this|next|last|in) summer", "autumn", r"(?:this|next|last|in) winter", "tomorrow", "valentine's", "mother's day", "father's day", "new year",
    ),
    common=COMMON["en"],
)  # fmt: skip
