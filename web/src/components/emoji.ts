/** The picker's table: emoji with the words they are found by. */

export interface EmojiGroup {
  readonly name: string;
  readonly emoji: readonly (readonly [sign: string, words: string])[];
}

const TABLE: readonly (readonly [string, string])[] = [
  [
    "Faces",
    "😀 grin,😃 happy,😄 laugh,😁 beam,😆 giggle,😅 relief sweat,🤣 rolling laughing,😂 tears of joy,🙂 smile,🙃 upside down,😉 wink,😊 blush,😇 angel,🥰 adore,😍 heart eyes,🤩 starstruck,😘 kiss,😗 whistle kiss,😋 yum,😛 tongue,😜 silly,🤪 zany,😝 squint tongue,🤑 money,🤗 hug,🤭 oops,🤫 hush,🤔 thinking,🤐 zipped,🤨 doubt,😐 neutral,😑 blank,😶 speechless,😏 smirk,😒 unamused,🙄 eye roll,😬 grimace,😌 relieved,😔 pensive,😪 sleepy,🤤 drool,😴 sleep,😷 mask,🤒 ill,🤕 hurt,🤢 queasy,🤮 sick,🤧 sneeze,🥵 hot,🥶 cold,🥴 woozy,😵 dizzy,🤯 mind blown,🤠 cowboy,🥳 party,😎 cool,🤓 nerd,🧐 monocle,😕 confused,😟 worried,🙁 frown,😮 surprised,😯 hushed,😲 astonished,😳 flushed,🥺 pleading,😦 frowning,😧 anguish,😨 fear,😰 anxious,😥 sad relief,😢 cry,😭 sob,😱 scream,😖 confounded,😣 persevere,😞 disappointed,😓 sweat,😩 weary,😫 tired,🥱 yawn,😤 huff,😡 rage,😠 angry,🤬 swearing,😈 devil,💀 skull,💩 poo,🤡 clown,👻 ghost,👽 alien,🤖 robot",
  ],
  [
    "Hands and people",
    "👋 wave hello,🤚 back of hand,✋ stop hand,🖖 vulcan,👌 ok,🤌 pinched,🤏 small,✌️ victory peace,🤞 fingers crossed,🤟 love you,🤘 rock,🤙 call me,👈 left,👉 right,👆 up,👇 down,👍 thumbs up yes,👎 thumbs down no,✊ fist,👊 punch,🤛 left fist,🤜 right fist,👏 clap,🙌 hooray,👐 open hands,🤲 palms,🤝 handshake deal,🙏 please thanks,✍️ write,💅 nails,💪 strong,👀 eyes look,🧠 brain,👂 ear,👃 nose,👄 mouth,👶 baby,🧒 child,🧑 person,👵 grandmother,👴 grandfather,🙋 raise hand,🙆 fine,🙅 not ok,🤦 facepalm,🤷 shrug,💁 tip,🙇 bow,🚶 walk,🏃 run,💃 dance,🕺 dancing,👯 party dancers,🧘 calm,👪 family",
  ],
  [
    "Hearts and signs",
    "❤️ heart love,🧡 orange heart,💛 yellow heart,💚 green heart,💙 blue heart,💜 purple heart,🖤 black heart,🤍 white heart,🤎 brown heart,💔 broken heart,💕 two hearts,💖 sparkling heart,💘 arrow heart,💝 gift heart,💯 hundred,💢 anger,💥 boom,💫 dizzy star,💦 splash,💨 dash,💬 speech,💭 thought,💤 zzz,✅ done check,☑️ ticked,✔️ tick,❌ cross wrong,❓ question,❗ exclamation,⚠️ warning,🚫 forbidden,⛔ no entry,♻️ recycle,🔁 repeat,➕ plus,➖ minus,🆗 ok sign,🆕 new,🔴 red,🟠 orange,🟡 yellow,🟢 green,🔵 blue,🟣 purple,⚫ black,⚪ white,⬆️ arrow up,⬇️ arrow down,➡️ arrow right,⬅️ arrow left",
  ],
  [
    "Animals and nature",
    "🐶 dog,🐱 cat,🐭 mouse,🐹 hamster,🐰 rabbit,🦊 fox,🐻 bear,🐼 panda,🐨 koala,🐯 tiger,🦁 lion,🐮 cow,🐷 pig,🐸 frog,🐵 monkey,🙈 see no evil,🙉 hear no evil,🙊 speak no evil,🐔 chicken,🐧 penguin,🐦 bird,🐤 chick,🦆 duck,🦉 owl,🦜 parrot,🐺 wolf,🐴 horse,🦄 unicorn,🐝 bee,🐛 bug,🦋 butterfly,🐌 snail,🐞 ladybird,🐢 turtle,🐍 snake,🐙 octopus,🦀 crab,🐟 fish,🐬 dolphin,🐳 whale,🐘 elephant,🦔 hedgehog,🐾 paws,🌵 cactus,🌲 tree,🌳 oak,🌱 seedling,🌿 herb,🍀 clover luck,🍁 maple,🍂 autumn,🌷 tulip,🌹 rose,🌻 sunflower,🌸 blossom,🌍 earth,🌙 moon,⭐ star,🌟 glowing star,✨ sparkles,⚡ lightning,🔥 fire,🌈 rainbow,☀️ sun,⛅ cloud,🌧️ rain,❄️ snow,⛄ snowman,🌊 wave",
  ],
  [
    "Food and drink",
    "🍏 green apple,🍎 apple,🍐 pear,🍊 orange,🍋 lemon,🍌 banana,🍉 melon,🍇 grapes,🍓 strawberry,🍒 cherries,🍑 peach,🥭 mango,🍍 pineapple,🥝 kiwi,🍅 tomato,🥑 avocado,🥕 carrot,🌽 corn,🌶️ chilli,🥔 potato,🍞 bread,🥐 croissant,🥨 pretzel,🧀 cheese,🥚 egg,🥞 pancakes,🥓 bacon,🍔 burger,🍟 chips,🍕 pizza,🌭 hot dog,🥪 sandwich,🌮 taco,🥗 salad,🍝 pasta,🍜 noodles,🍣 sushi,🍚 rice,🍲 stew,🍦 ice cream,🍩 doughnut,🍪 cookie,🎂 birthday cake,🍰 cake,🍫 chocolate,🍬 sweet,🍿 popcorn,☕ coffee,🍵 tea,🧃 juice,🥤 drink,🍺 beer,🍻 cheers,🥂 toast,🍷 wine,🍹 cocktail,💧 water",
  ],
  [
    "Things and places",
    "🎉 party popper,🎈 balloon,🎁 present,🏆 trophy,🥇 gold,🥈 silver,🥉 bronze,⚽ football,🏀 basketball,🎾 tennis,🎮 game,🎲 dice,🧩 puzzle,🎯 target,🎨 art,🎬 film,🎤 microphone,🎧 headphones,🎵 music,🎸 guitar,🎹 piano,🥁 drum,📱 phone,💻 laptop,⌨️ keyboard,🖥️ computer,🖨️ printer,📷 camera,🔋 battery,💡 idea,🔦 torch,📚 books,📖 book,📝 note,✏️ pencil,📌 pin,📎 clip,✂️ scissors,🔒 lock,🔓 unlock,🔑 key,🔨 hammer,🔧 wrench,⚙️ gear,🧪 test,🔬 microscope,🔭 telescope,💊 pill,🩹 plaster,🧹 broom,🧻 paper,🛒 trolley,💰 money bag,💳 card,✉️ letter,📧 mail,📦 parcel,📈 chart up,📉 chart down,📅 calendar,⏰ alarm,⌛ hourglass,🔔 bell,🔕 silent,🔗 link,🚗 car,🚕 taxi,🚌 bus,🚲 bicycle,🚂 train,✈️ plane,🚀 rocket,⛵ boat,⚓ anchor,🏠 house,🏢 office,🏥 hospital,🏖️ beach,⛰️ mountain,🏕️ camp,🗺️ map,🏁 finish,🚩 flag,🏳️‍🌈 rainbow flag",
  ],
];

export const EMOJI: readonly EmojiGroup[] = TABLE.map(([name, list]) => ({
  name,
  emoji: list.split(",").map((each) => {
    const space = each.indexOf(" ");
    return [each.slice(0, space), each.slice(space + 1)] as const;
  }),
}));

/** The groups with those emoji whose words begin with what is asked for. */
export function find(query: string): EmojiGroup[] {
  const wanted = ` ${query.trim().toLowerCase()}`;
  return EMOJI.map(({ name, emoji }) => ({
    name,
    emoji: emoji.filter(([sign, words]) => ` ${words}`.includes(wanted) || sign === query.trim()),
  })).filter(({ emoji }) => emoji.length > 0);
}
