"""French: what may not be said without proof, what may not be said at all."""

from gale.creative.lexicon.base import COMMON, Lexicon

LEXICON = Lexicon(
    risky={
        "fact.no_such_offer": (
            r"promo(?:tion)?s?", r"soldes?", r"sold[ée]e?s?", r"remises?", r"rabais", r"réductions?", r"ristournes?",
            r"moitié prix", r"demi-tarif", r"prix (?:cassés?|bradés?|fous?|imbattables?|réduits?|doux|d'ami)",
            r"bons? plans?", r"bonnes? affaires?", r"code (?:promo|avantage)", r"bon d'achat", r"tarifs? (?:spécia\w+|réduits?)",
            r"déstockage", r"offre (?:spéciale|exceptionnelle|limitée|découverte|flash|du moment|de bienvenue)",
            r"cashback", r"satisfait ou remboursé", r"livraison (?:offerte|express|rapide)", r"black friday",
        ),
        "fact.free": (
            r"gratuit(?:e|s|es|ement)?", r"offerte?s?", r"sans frais", r"en cadeau", r"frais de port (?:offerts|inclus)",
            r"à volonté", r"sans engagement", r"essai libre",
        ),
        "fact.superlative": (
            r"(?:le|la|les|l'|du|des|de la|nos|notre|votre|vos|ton|ta|tes) ?(?:meilleure?s?|mieux notée?s?)",
            r"(?:le|la|les) (?:\w+ )?(?:plus|moins) (?!(?:de|que|à|souvent|tard|tôt|vite|possible|clair)\b)[a-zà-ÿ]+\b",
            r"n ?[°o] ?1", r"numéro (?:un|1)", r"leaders?", r"imbattables?", r"inégal(?:é|able)e?s?", r"incomparables?",
            r"unique(?:s)? au monde", r"sans (?:égal|pareil|équivalent|rival)e?", r"parfaite?s?", r"ultime", r"exceptionnel(?:le)?s?",
            r"révolutionnaires?", r"incontournables?", r"hors pair", r"de référence", r"mieux que (?:tous|toutes|les autres|personne)",
            r"premier choix", r"préférée? des français", r"jamais vu", r"à nul(?:le)? autre pareil(?:le)?",
        ),
        "fact.claim": (
            r"(?:scientifiquement |cliniquement )?(?:prouvé|testé|approuvé|validé|démontré)e?s?", r"certifié\w*", r"labellisé\w*",
            r"garantie?s?", r"breveté\w*", r"primé\w*", r"récompensé\w*", r"médaillé\w*", r"recommandé\w* par",
            r"(?:fait|faite|faits|faites|fabriqué\w*|préparé\w*|torréfié\w*|cuit\w*|assemblé\w*|moulu\w*) (?:à la )?main", r"artisana(?:l|le|les|ux)",
            r"(?:made|fabriqué\w*|produit\w*|cultivé\w*|récolté\w*) (?:in|en|à|au) \w+", r"made in", r"d'origine \w+",
            r"locale?s?", r"locaux", r"pure? souche", r"depuis (?:toujours|des générations|plus de)", r"ancestra(?:l|le|les|ux)",
            r"sans (?:sucre|gluten|lactose|additif|conservateur|parfum|colorant|pesticide|paraben|sulfate|aluminium|sel|alcool)\w*",
            r"hypoallergéniques?", r"dermatologique\w*", r"anti-?(?:rides?|âge|taches?|chute)", r"efficace\w*", r"résultats? (?:visibles?|immédiats?)",
            r"nouve(?:au|lle|aux|lles) (?:formule|recette|version)", r"élu\w* (?:produit|saveur)", r"clients? (?:satisfaits|conquis)",
            r"tout le monde (?:l'adore|en parle|l'a adopté)", r"(?:vu|vue) à la télé\w*", r"exclusi(?:f|ve|fs|ves|vité)",
            r"livrée? (?:chez vous )?(?:demain|en \w+ heures?)", r"frais(?:che)?s? du jour", r"de saison", r"équitables?", r"commerce équitable",
        ),
        "health.claim": (
            r"réveill(?:e|es|er|ez|ent|era|ant)(?! (?:les sens|la curiosité|l'envie))", r"tien(?:t|nent|dra) éveillée?s?", r"énergies?", r"énergisante?s?",
            r"dynamis\w+", r"tonifi\w+", r"tonus", r"vitalité", r"concentration", r"vigilance", r"coup de (?:fouet|boost)", r"booste?r?\w*",
            r"stimul\w+", r"détox\w*", r"immunit\w+", r"digestion", r"digesti(?:f|ve)s?", r"bons? pour (?:la santé|le c[œo]e?ur|le moral|la ligne|la peau)",
            r"bien pour (?:la santé|la ligne)", r"santé", r"guéri\w*", r"soign(?:e|er|ez|era|ent) (?!les détails)\w+", r"soulag\w+", r"apais\w+ (?:la|les|l'|votre|vos|ton|tes) \w+",
            r"anti-?(?:stress|fatigue|oxydant\w*|inflammatoire\w*)", r"(?:contre|chasse|efface|combat) la fatigue", r"minc(?:ir|eur)", r"maigrir", r"brûle-graisses?",
            r"(?:mieux|bien) dormir", r"(?:meilleur|bon) sommeil", r"antioxydants?", r"vitamin\w+", r"thérapeuti\w+", r"remède", r"médicina(?:l|le|ux|les)", r"en pleine forme",
        ),
        "green.claim": (
            r"écologi\w+", r"éco-?(?:responsable|conçu|friendly|citoyen)\w*", r"(?:bon|bien|respectueu(?:x|se|ses)|ami|amie) (?:pour|de) (?:la planète|l'environnement|la nature)",
            r"verts?(?= (?:pour|et responsable))", r"durables?", r"développement durable", r"biodégradables?", r"bio(?:logiques?)?", r"naturel(?:le|s|les)?",
            r"zéro déchet", r"responsables?", r"planète", r"recyclables?", r"non polluante?s?", r"propre pour",
        ),
        "green.offset": (
            r"neutres? en carbone", r"neutralité carbone", r"carbone neutre", r"zéro (?:carbone|émission\w*)", r"bas[- ]carbone", r"compens\w+ (?:carbone|co2|ses émissions)",
            r"climatiquement neutres?", r"net zéro", r"empreinte (?:carbone )?(?:nulle|réduite)",
        ),
        "style.urgency": (
            r"dernières? (?:chance|heures?|jours?|minutes?|places?|pièces?|exemplaires?)", r"derniers (?:jours|exemplaires|stocks)", r"stocks? limités?", r"quantités? limitées?",
            r"édition limitée", r"dans la limite des stocks", r"(?:il n'en reste|plus que) (?:que )?\w+", r"dépêchez(?:-vous)?", r"dépêche(?:-toi)?", r"vite ?!", r"faites vite", r"fais vite",
            r"maintenant ou jamais", r"aujourd'hui seulement", r"seulement aujourd'hui", r"avant qu'il (?:ne )?soit trop tard", r"ne (?:ratez|manquez|rate|manque) (?:pas|surtout)", r"bientôt (?:fini|épuisé)\w*",
            r"presque épuisé\w*", r"(?:part|partent) vite", r"(?:c'est|offre|achat|commande) urgente?s?", r"offre limitée", r"à saisir",
        ),
        "style.wounding": (
            r"moches?", r"laide?s?", r"gross?es? (?:vaches?|fesses)", r"vieilles? peaux?", r"honte", r"honteu(?:x|se|ses)", r"idiote?s?", r"imbéciles?", r"débiles?",
            r"stupides?", r"fainéante?s?", r"feignante?s?", r"paresseu(?:x|se|ses)", r"mauvaises? mères?", r"vra(?:is|ies) (?:hommes|femmes)", r"femmelettes?", r"gonzesses?",
            r"comme une fille", r"handicapée?s?", r"mongol\w*", r"schizo\w*", r"hystériques?", r"folles?", r"obèses?", r"grosses?(?= (?:femmes?|filles?))", r"pauvres types?",
            r"ratée?s?(?= de )", r"peaux? normales?", r"bêtes? comme",
        ),
        "style.vulnerable": (
            r"endettée?s?", r"surendett\w+", r"dettes", r"dépressi\w+", r"dépressi(?:f|ve)s?", r"deuil", r"solitude", r"(?:vous êtes|tu es) seule?s?", r"vos complexes",
            r"tes complexes", r"vos kilos", r"tes kilos", r"addict\w*", r"accro", r"alcoolique\w*", r"chômage", r"maladies?", r"cancer", r"divorce", r"fins? de mois difficiles?",
        ),
    },
    numbers=(
        "deux", "trois", "quatre", "cinq", "six", "sept", "huit", r"neuf(?= (?:jours|heures|fois|euros|clients|mois|ans|personnes))", "dix", "onze",
        "douze", "treize", "quatorze", "quinze", "seize", "vingt", "trente", "quarante", "cinquante", "soixante", "cent", "cents", "mille", "millions?", "milliards?",
        "dizaines?", "douzaines?", "vingtaines?", "trentaines?", "centaines?", "milliers?", "moitié", "doubl(?:e|es|ez|er)", "tripl(?:e|es|ez|er)", "tiers", "quarts?",
    ),
    calendar=(
        "lundis?", "mardis?", "mercredis?", "jeudis?", "vendredis?", "samedis?", "dimanches?", "janvier", "février", r"(?<=\d )mars", r"(?<=en )mars", "avril", r"(?<=\d )mai",
        r"(?<=en )mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre", "noël", "pâques", "printemps", r"(?<!a )été(?= (?:prochain|dernier))", "automne", "hiver", "demain",
        "saint-valentin", "rentrée", "fête des (?:mères|pères)", "nouvel an",
    ),
    common=COMMON["fr"],
    tu=r"(?:\b(?:tu|toi|tes|tien|tienne|tiens|tiennes)\b|\bte\b|\bt'(?=[aeiouéêèhy])|(?<!le )(?<!un )(?<!de )(?<!ce )\bton\b|\bta\b)",
    vous=r"(?:\b(?:vous|votre|vos|vôtres?)\b(?<!rendez-vous)|\b(?!(?:chez|nez|assez|rez|raz|riz|gaz|quiz|jazz|rendez(?=-vous))\b)\w{2,}ez\b)",
)  # fmt: skip
