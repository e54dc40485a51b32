#!/bin/sh
# Remakes the clip that the synthetic participants send. Needs ffmpeg with libvpx and libopus.
#
# Three people, each a calm drawn figure before a soft background, four seconds that loop without a
# seam, a key frame every two seconds, in the three sizes of simulcast. The first has a camera's grain
# and the bit rates of a real call; the other two are lean, so that the repository stays small.
# The voices hum for three seconds of every twelve: of four people who start three seconds apart, one
# is heard at a time. Beside each voice stands the level of every 20 ms in -dBov (RFC 6464).
set -eu
cd "$(dirname "$0")"

picture() { # name, background from and to, shirt, skin r g b, hair r g b, grain, the most that q h f may take in kbit/s
  name=$1 from=$2 to=$3 shirt=$4 sr=$5 sg=$6 sb=$7 hr=$8 hg=$9
  shift 9
  hb=$1 grain=$2 q=$3 h=$4 f=$5

  edge() { echo "clip(1-$1,0,1)"; } # a soft edge of about one pixel around an implicit shape
  hair="lt(Y,205-70*cos((X-200)/64))*lt(hypot(X-200,Y-210),172)"
  eye="lt(hypot((X-142)/15,(Y-218)/19),1)+lt(hypot((X-258)/15,(Y-218)/19),1)"
  smile="between(hypot(X-200,Y-228),78,88)*gt(Y,270)"
  cheek="lt(hypot((X-118)/26,(Y-272)/18),1)+lt(hypot((X-282)/26,(Y-272)/18),1)"
  ink="if($hair,$hr,if($eye,44,if($smile,120,if($cheek,clip($sr+14,0,255),$sr))))"
  ing="if($hair,$hg,if($eye,40,if($smile,62,if($cheek,clip($sg-26,0,255),$sg))))"
  inb="if($hair,$hb,if($eye,48,if($smile,60,if($cheek,clip($sb-18,0,255),$sb))))"
  shape=$(edge "(hypot(X-200,Y-210)-170)")
  disc=$(edge "(hypot(X-120,Y-120)-118)")
  body=$(edge "((hypot((X-330)/320,(Y-330)/320)-1)*320)")

  for size in 320x180:$q:q:10 640x360:$h:h:10 1280x720:$f:f:16; do
    rate=$(echo "$size" | cut -d: -f2)
    rid=$(echo "$size" | cut -d: -f3)
    qmin=$(echo "$size" | cut -d: -f4) # keeps key frames as small as a call's
    scale=$(echo "$size" | cut -d: -f1 | tr x :)
    ffmpeg -hide_banner -loglevel error -y -filter_complex "
      gradients=s=1280x720:r=30:d=4:c0=$from:c1=$to:x0=0:y0=0:x1=1280:y1=720:speed=0.00001:seed=7,format=gbrp[bg];
      color=white:s=240x240:d=0.04:r=25,format=rgba,geq=r=255:g=255:b=255:a='46*$disc',loop=-1:1,split[d1][d2];
      color=$shirt:s=660x400:d=0.04:r=25,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*$body',loop=-1:1[shirt];
      color=black:s=400x400:d=0.04:r=25,format=rgba,geq=r='$ink':g='$ing':b='$inb':a='255*$shape',loop=-1:1[head];
      color=0x$(printf '%02x%02x%02x' "$sr" "$sg" "$sb"):s=170x46:r=30:d=4,format=rgb24[lid];
      [bg][d1]overlay=x='140+60*sin(PI*t/2)':y='90+30*cos(PI*t/2)':shortest=1:format=gbrp[b1];
      [b1][d2]overlay=x='900-70*sin(PI*t/2)':y='330+40*sin(PI*t/2)':shortest=1:format=gbrp[b2];
      [b2][shirt]overlay=x='310+10*sin(PI*t)':y='500+4*cos(PI*t)':shortest=1:format=gbrp[b3];
      [b3][head]overlay=x='440+22*sin(PI*t)':y='150+8*cos(PI*t)':shortest=1:format=gbrp[b4];
      [b4][lid]overlay=x='555+22*sin(PI*t)':y='345+8*cos(PI*t)':enable='between(t,1.2,1.33)+between(t,3.5,3.63)':format=gbrp,
      noise=alls=$grain:allf=t,scale=$scale:flags=area,format=yuv420p" \
      -t 4 -r 30 -c:v libvpx -deadline good -cpu-used 1 -threads 1 -qmin "$qmin" -qmax 50 \
      -b:v "${rate}k" -minrate "${rate}k" -maxrate "${rate}k" -bufsize "$((rate / 2))k" \
      -g 60 -keyint_min 60 -auto-alt-ref 0 -lag-in-frames 0 \
      -fflags +bitexact -flags:v +bitexact "$name-$rid.ivf"
  done
}

voice() { # name, pitch in Hz
  # Two syllables a second on a small melody of thirds, within the first three seconds of twelve.
  pitch="$2*(1+0.25*eq(mod(floor(t*2),3),1)+0.125*eq(mod(floor(t*2),3),2))"
  env="lt(t,2.9)*pow(sin(PI*mod(t*2,1)),2)"
  tone="0.5*sin(2*PI*$pitch*t)+0.25*sin(4*PI*$pitch*t)+0.13*sin(6*PI*$pitch*t)+0.06*sin(10*PI*$pitch*t)"
  ffmpeg -hide_banner -loglevel error -y -f lavfi -i "aevalsrc='0.5*$env*($tone)':s=48000:d=12" \
    -c:a libopus -b:a 24k -vbr on -application voip -frame_duration 20 -page_duration 20000 \
    -map_metadata -1 -fflags +bitexact -flags:a +bitexact "$1.ogg"
  ffmpeg -hide_banner -loglevel error -i "$1.ogg" -af \
    "asetnsamples=960:p=0,astats=metadata=1:reset=1,ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-" \
    -f null - | sed -n 's/.*RMS_level=//p' |
    awk '{ d = ($1 == "-inf") ? 127 : int(-$1 + 0.5); print (d > 127) ? 127 : d }' >"$1.levels"
}

picture a 0x6f8fae 0xcbd8d2 0x3f5873 224 178 148 58 44 40 17 160 450 1500
picture b 0xc9a27e 0xefe0c6 0x7a4b45 205 152 118 34 30 34 0 60 130 300
picture c 0x7fa08a 0xd9e4cf 0x4c6a58 238 200 172 126 118 112 0 60 130 300
voice a 150
voice b 210
voice c 118
