#!/bin/sh
# Makes the keys of a new installation, and writes one file of settings for each process. Only you can read them.
# Each process gets the keys that it needs: that of the webhooks, which face the internet, opens nothing of the others.
set -eu
umask 077
cd "$(dirname "$0")"

for file in .env worker.env webhooks.env console.env command.env; do
  if [ -e "$file" ] || [ -L "$file" ]; then
    echo "$file exists already, so nothing was changed: the keys in it open what is stored." >&2
    exit 1
  fi
done

requests="k1:$(openssl rand -base64 32)"
webhooks="w1:$(openssl rand -base64 32)"
fingerprints="$(openssl rand -base64 32)"

echo "POSTGRES_PASSWORD=$(openssl rand -hex 24)" > .env
cat > worker.env << EOF
HOSTED_SMS_KEYS=$requests,$webhooks
HOSTED_SMS_WEBHOOK_KEYS=w1
HOSTED_SMS_FINGERPRINT_KEY=$fingerprints
TELNYX_API_KEY=
EOF
cat > webhooks.env << EOF
HOSTED_SMS_KEYS=$webhooks
HOSTED_SMS_FINGERPRINT_KEY=$fingerprints
TELNYX_PUBLIC_KEY=
EOF
echo "HOSTED_SMS_KEYS=$requests,$webhooks" > console.env
cat > command.env << EOF
HOSTED_SMS_KEYS=$requests
HOSTED_SMS_FINGERPRINT_KEY=$fingerprints
EOF
echo "Now put TELNYX_API_KEY into worker.env, and TELNYX_PUBLIC_KEY into webhooks.env."
